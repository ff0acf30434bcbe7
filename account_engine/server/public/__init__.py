"""What contacts meet: forms and landing pages, tracked links, and opting out.

None of it knows who looks at it. It works in any browser, without a script.
"""
