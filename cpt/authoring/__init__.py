"""The author's tools: a new package, the next version, schemas for editors, what must not get out.

Everything here takes texts and packages and returns texts; `new` reads the templates that come with
the toolkit, and `rasterising` is the one module that draws pixels. Questions, files of the author's
and messages are the command line's business.
"""
