# What the drivers of systems that are Python packages share. A driver is this file and, behind it, one that
# defines a class with the operations, and calls serve(Class). Requests and replies are JSON, one a line.
#
#   {"op": "open", "dir": ..., "threads": 2, "options": {...}}    {}
#   {"op": "execute", "sql": ...}                                  {}
#   {"op": "load", "tables": [{"name", "path", ...}]}              {}
#   {"op": "query", "sql": ...}                                    {"columns": [...], "rows": [[...], ...]}
#   {"op": "run", "sql": ...}                                      {"count": ...}
#   {"op": "close"}                                                {}
#
# Any of them may answer {"error": "..."} instead.
import datetime, decimal, json, math, os, sys

replies = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # what packages print must not get among the replies


def cell(v):
    """v as a JSON value."""
    if v is None or isinstance(v, (bool, int, str)):
        return v
    if isinstance(v, float):
        return v if math.isfinite(v) else str(v)
    if isinstance(v, decimal.Decimal):
        return int(v) if v == v.to_integral_value() else float(v)
    if isinstance(v, (datetime.datetime, datetime.date, datetime.time)):
        return v.isoformat()
    if isinstance(v, bytes):
        return v.hex()
    if isinstance(v, dict):
        return {str(k): cell(x) for k, x in v.items()}
    if isinstance(v, (list, tuple, set)):
        return [cell(x) for x in v]
    if hasattr(v, "item"):  # numpy's numbers
        return cell(v.item())
    return str(v)


def serve(system):
    s = system()
    for line in sys.stdin:
        request = json.loads(line)
        operation = request.pop("op")
        try:
            reply = getattr(s, operation)(**request) or {}
        except BaseException as e:
            reply = {"error": f"{type(e).__name__}: {e}"}
        if operation == "query" and "rows" in reply:
            reply["rows"] = [[cell(v) for v in row] for row in reply["rows"]]
        replies.write(json.dumps(reply) + "\n")
        replies.flush()
