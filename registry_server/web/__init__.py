"""The pages that people look at: rendered here, readable without a script, which none of them has.

Everything that comes out of a package is somebody else's text. It reaches a page through Jinja2's
escaping, or through the sanitiser in `registry_server.web.documents`, and in no third way.
"""
