"""The catalog: what the packages of a tree are and do, as values made for being shown.

Pure views: from index lines and packages to what people want to know before they install. Where
the files are is the business of `registry_server.trees`, what a page looks like that of
`registry_server.web`.
"""
