"""What usher really asked, held against Microsoft's published schema: reads the
simulator's record (JSON lines with bodies) and prints one TAP line for each kind
of request. Arguments: schema, record."""

import json
import sys

from schema import Schema

# Asked for outside of Graph: the login pages.
LOGIN = ("/oauth2/", "/.well-known/", "/discovery/")
# A look at whether anybody answers, without a token.
REACHED = ("/", "/v1.0/")

schema = Schema(sys.argv[1])
kinds = {}
with open(sys.argv[2], encoding="utf-8") as file:
    for line in file:
        entry = json.loads(line)
        if entry["path"] in REACHED or any(part in entry["path"] for part in LOGIN):
            continue
        wrong = schema.judge_request(entry["method"], entry["path"], entry.get("body"),
                                     entry.get("content-type", "application/json"))
        path = entry["path"].partition("?")[0]
        kind = (entry["method"], path.count("/"), path.split("/")[2], path.split("/")[-1][:24])
        if not entry.get("client-request-id"):
            wrong.append("no client-request-id")
        if entry["status"] == 405 or (entry["status"] == 400 and entry["method"] == "GET"):
            wrong.append("answered %d" % entry["status"])
        known = kinds.setdefault(kind, [entry["path"], set()])
        known[1].update(wrong)

for number, (kind, (path, wrong)) in enumerate(sorted(kinds.items()), 1):
    print("%s %d - %s %s" % ("not ok" if wrong else "ok", number, kind[0], path[:110]))
    for text in sorted(wrong):
        print("# " + text)
print("1..%d" % len(kinds))
sys.exit(0 if kinds else 1)
