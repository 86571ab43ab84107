"""The rules, one a file: the module's name is the rule's, its docstring the page of the documentation."""
