"""Microsoft's published schema (graph-schema.json), as a judge of requests and
answers: which operation a path is, whether its query options exist, and whether
a body has the shape that it should have, unknown members included."""

import json
import re
import urllib.parse

import jsonschema

# Relations that the schema of properties leaves out, but that answers may hold.
RELATIONS = {"manager", "sponsors", "memberOf", "members", "invitedUser"}


class Schema:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.whole = json.load(file)
        self.resolver = jsonschema.RefResolver("", self.whole)
        self.patterns = []
        for name in self.whole["paths"]:
            parts = [
                "[^/]+" if part.startswith("{") else re.escape(part)
                for part in name.strip("/").split("/")
            ]
            self.patterns.append((name.count("{"), re.compile("/".join(parts)), name))
        # What is spelled out goes before what is a placeholder.
        self.patterns.sort(key=lambda row: row[0])

    def operation(self, method, path):
        """The operation of a path without version and query, or None."""
        for _, pattern, name in self.patterns:
            if pattern.fullmatch(path.strip("/")) and method in self.whole["paths"][name]:
                return self.whole["paths"][name][method]
        return None

    def _properties(self, schema):
        """All declared member names of a schema, None when it is open."""
        if "$ref" in schema:
            return self._properties(self.resolver.resolve(schema["$ref"])[1])
        names, known = set(schema.get("properties", {})), "properties" in schema
        for key in ("allOf", "anyOf"):
            for part in schema.get(key, []):
                inner = self._properties(part)
                if inner is not None:
                    names |= inner
                    known = True
        return names if known else None

    def _member(self, schema, name):
        if "$ref" in schema:
            return self._member(self.resolver.resolve(schema["$ref"])[1], name)
        if name in schema.get("properties", {}):
            return schema["properties"][name]
        for key in ("allOf", "anyOf"):
            for part in schema.get(key, []):
                found = self._member(part, name)
                if found is not None:
                    return found
        return None

    def _items(self, schema):
        if "$ref" in schema:
            return self._items(self.resolver.resolve(schema["$ref"])[1])
        if "items" in schema:
            return schema["items"]
        for key in ("allOf", "anyOf"):
            for part in schema.get(key, []):
                found = self._items(part)
                if found is not None:
                    return found
        return None

    def _typed(self, schema, value):
        """directoryObject is what its @odata.type says."""
        kind = value.get("@odata.type", "").lstrip("#")
        if not kind:
            return schema
        known = kind in self.whole["components"]["schemas"]
        return {"$ref": "#/components/schemas/" + kind} if known else {}

    def unknown(self, schema, value, where=""):
        """Members that the schema does not declare."""
        found = []
        if isinstance(value, dict):
            schema = self._typed(schema, value)
            names = self._properties(schema)
            for name, inner in value.items():
                if name.startswith("@") or "@" in name or name in RELATIONS:
                    continue
                if names is not None and name not in names:
                    found.append(where + "/" + name)
                    continue
                member = self._member(schema, name)
                if member is not None:
                    found += self.unknown(member, inner, where + "/" + name)
        elif isinstance(value, list):
            items = self._items(schema)
            for i, inner in enumerate(value):
                if items is not None:
                    found += self.unknown(items, inner, "%s/%d" % (where, i))
        return found

    def judge(self, schema, value):
        """What is wrong with a value, as a list of texts."""
        judge = jsonschema.Draft7Validator(schema, resolver=self.resolver)
        wrong = ["/" + "/".join(map(str, e.path)) + ": " + e.message[:200]
                 for e in judge.iter_errors(value)]
        return wrong + ["unknown member " + name for name in self.unknown(schema, value)]

    def judge_request(self, method, target, body, content_type="application/json"):
        """What is wrong with a request; `target` begins with /v1.0 or is relative."""
        path, _, query = target.partition("?")
        path = urllib.parse.unquote(re.sub(r"^/?v1\.0(?=/)", "", path))
        operation = self.operation(method, path)
        if operation is None:
            return ["no operation %s %s" % (method, path)]
        wrong = []
        for pair in filter(None, query.split("&")):
            name = urllib.parse.unquote(pair.partition("=")[0])
            if name not in operation["query"] and name != "$skiptoken":
                wrong.append("unknown query option " + name)
        declared = operation.get("body", {})
        if body and not declared:
            wrong.append("a body where none is declared")
        if body and content_type == "application/json" and "application/json" in declared:
            wrong += self.judge(declared["application/json"], json.loads(body))
        return wrong

    def judge_answer(self, method, target, status, body, content_type):
        """What is wrong with an answer."""
        path = urllib.parse.unquote(re.sub(r"^/?v1\.0(?=/)", "", target.partition("?")[0]))
        operation = self.operation(method, path)
        if operation is None:
            return [] if status in (400, 405) else ["answered, but there is no such operation"]
        answers = operation["responses"]
        content = answers.get(str(status), answers.get("%dXX" % (status // 100)))
        if content is None:
            return ["status %d is not documented" % status]
        if not content:
            return ["a body where none is documented"] if body else []
        kind = content_type.partition(";")[0]
        if kind not in content:
            return ["content type %s is not documented" % kind]
        if kind != "application/json":
            return []
        return self.judge(content[kind], json.loads(body))
