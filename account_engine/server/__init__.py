"""The account over HTTP: an edge, and the one part of the engine that knows there is a network.

`operations` is the table that the native API and its document are made of, and `api` has its rows;
`xmlrpc` and `rest_v2` are the faces of older accounts; `public` is what contacts meet: forms, links
and opting out; `pages` is what the owner looks at. `desks` is where the account itself is asked, in
threads of its own; `app` puts it together, and `serving` puts it behind a socket.
"""
