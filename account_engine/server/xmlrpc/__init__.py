"""XML-RPC: the face of accounts as they were when integrations called `FunnelService.achieveGoal`.

`services` is the table of methods; `records` says which of the old tables and fields there are, and
what they are here; `wire` is XML in and out, with nothing in it that could blow up.
"""
