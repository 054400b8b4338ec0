"""The demo company: invented people, and a plan of what happened to them. Pure, from a seed."""
