"""Docker Swarm: what a stack asks of the Engine, what the Engine has, the plan between the two, and its rollout.

from pystackdsl import swarm

engine = swarm.connect()
plan = swarm.plan(stack, engine)
rollout = swarm.apply(plan, engine)
"""
