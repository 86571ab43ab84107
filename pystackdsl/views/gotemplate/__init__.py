"""Go templates, as far as `--format` of the docker command takes them: a template and values come in, text goes out.

Understood are text, fields, literals, variables, pipelines, parentheses, `if`, `else`, `range`, `with`, `break`,
`continue`, trim markers and comments, Go's own functions and Docker's. Anything else is one error with its place.
"""

from pystackdsl.views.gotemplate.evaluate import render
from pystackdsl.views.gotemplate.parse import parse
from pystackdsl.views.gotemplate.tree import Template

__all__ = ["Template", "parse", "render"]
