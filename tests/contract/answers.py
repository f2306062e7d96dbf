"""Every simulator answer against Microsoft's published schema: one call for each
operation and each kind of refusal, printed as TAP. Arguments: schema, ready line."""

import json
import sys
import urllib.error
import urllib.parse
import urllib.request

from schema import Schema

SPECIALISTS = "51515151-0000-4000-8000-000000000101"
EXTERNAL = "51515151-0000-4000-8000-000000000105"
SKU = "6fd2c87f-b296-42f0-b197-1e91e994b900"

schema = Schema(sys.argv[1])
with open(sys.argv[2], encoding="utf-8") as file:
    ready = json.load(file)
root = ready["url"]
count = 0


def post_form(path, **form):
    data = urllib.parse.urlencode(form).encode()
    with urllib.request.urlopen(root + path, data=data) as answer:
        return json.load(answer)


app = post_form("/contoso.com/oauth2/v2.0/token", grant_type="client_credentials",
                client_id=ready["client_id"], client_secret="simulated-secret",
                scope=root + "/.default")["access_token"]
code = post_form("/contoso.com/oauth2/v2.0/devicecode", client_id=ready["device_client_id"],
                 scope=root + "/.default offline_access")
person = post_form("/contoso.com/oauth2/v2.0/token", client_id=ready["device_client_id"],
                   grant_type="urn:ietf:params:oauth:grant-type:device_code",
                   device_code=code["device_code"])["access_token"]


def call(method, path, body=None, token=app, advanced=False, kind="application/json"):
    """Sends, and judges what comes back; returns status and parsed body."""
    global count
    target = "/v1.0" + path.replace(" ", "%20")
    headers = {"Authorization": "Bearer " + token}
    data = None
    if advanced:
        headers["ConsistencyLevel"] = "eventual"
    if body is not None:
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        headers["Content-Type"] = kind
    request = urllib.request.Request(root + target, data=data, headers=headers, method=method)
    try:
        answer = urllib.request.urlopen(request)
    except urllib.error.HTTPError as error:
        answer = error
    text = answer.read()
    wrong = schema.judge_answer(method, target, answer.status, text,
                                answer.headers.get("Content-Type", ""))
    if "request-id" not in answer.headers:
        wrong.append("no request-id")
    count += 1
    print("%s %d - %s %s: %d" % ("not ok" if wrong else "ok", count, method, path[:100],
                                 answer.status))
    for line in wrong[:5]:
        print("# " + line)
    is_json = answer.headers.get("Content-Type", "").startswith("application/json")
    return answer.status, json.loads(text) if is_json and text else text.decode()


def expect(what, condition):
    global count
    count += 1
    print("%s %d - %s" % ("ok" if condition else "not ok", count, what))


def expect_error(what, answer, status, error):
    got = answer[1].get("error", {}).get("code") if isinstance(answer[1], dict) else None
    expect("%s is refused with %d %s" % (what, status, error), (answer[0], got) == (status, error))
    if (answer[0], got) != (status, error):
        print("# got %s %s" % (answer[0], got))


def ref(user):
    return {"@odata.id": root + "/v1.0/directoryObjects/" + user}


ALL = ",".join(schema.whole["components"]["schemas"]["microsoft.graph.user"]["allOf"][1][
    "properties"].keys() - {"aboutMe", "birthday", "hireDate", "interests", "mySite", "schools",
                            "pastProjects", "preferredName", "skills", "responsibilities",
                            "mailboxSettings", "ageGroup", "authorizationInfo",
                            "consentProvidedForMinor", "customSecurityAttributes",
                            "deviceEnrollmentLimit", "employeeOrgData", "identityParentId",
                            "isManagementRestricted", "legalAgeGroupClassification", "print",
                            "onPremisesProvisioningErrors", "serviceProvisioningErrors"})

NEW = {"accountEnabled": True, "displayName": "Lovelace, Ada", "mailNickname": "ada",
       "userPrincipalName": "ada.lovelace.ext@contoso.com", "givenName": "Ada",
       "surname": "Lovelace", "mobilePhone": "+49 171 555", "otherMails": ["ada@partner.example"],
       "usageLocation": "DE", "companyName": "Analytical", "businessPhones": ["+49 30 1"],
       "onPremisesExtensionAttributes": {"extensionAttribute15": "2027-01-31"},
       "passwordProfile": {"password": "Difference-Engine-1", "forceChangePasswordNextSignIn": True}}


def directory():
    call("GET", "/organization")
    call("GET", "/domains")
    call("GET", "/subscribedSkus?$select=skuId,consumedUnits,prepaidUnits")
    call("GET", "/me", token=person)
    expect_error("/me of an app", call("GET", "/me"), 400, "BadRequest")


def lists():
    status, page = call("GET", "/users?$top=5")
    expect("a list has eleven properties by default", len(page["value"][0]) == 11)
    keys = list(page)
    expect("the link stands before the value", keys.index("@odata.nextLink") < keys.index("value"))
    call("GET", "/users?$top=50&$select=" + ALL)
    seen, path = [], "/users?$top=37&$select=id"
    while path:
        status, page = call("GET", path)
        seen += [user["id"] for user in page["value"]]
        path = page.get("@odata.nextLink", "")[len(root + "/v1.0"):]
    expect("no page repeats anybody", len(seen) == len(set(seen)))
    status, number = call("GET", "/users/$count", advanced=True)
    expect("$count agrees with the pages", int(number) == len(seen))
    expect_error("$count without the header", call("GET", "/users/$count"), 400,
                 "Request_BadRequest")
    expect_error("an unknown property", call("GET", "/users?$select=shoeSize"), 400, "BadRequest")
    expect_error("a property of SharePoint", call("GET", "/users?$select=aboutMe"), 501,
                 "NotImplemented")
    expect_error("$skip", call("GET", "/users?$skip=5"), 400, "Request_UnsupportedQuery")
    expect_error("a page of 1000", call("GET", "/users?$top=1000"), 400, "Request_UnsupportedQuery")
    expect_error("a page link of our own making", call("GET", "/users?$skiptoken=abc"), 400,
                 "Directory_ExpiredPageToken")
    status, page = call("GET", "/users?$expand=sponsors($select=id,displayName),manager&$top=100")
    expect("sponsors and managers are expanded",
           any(user.get("sponsors") for user in page["value"]) and
           any(user.get("manager") for user in page["value"]))


def queries():
    simple = ["accountEnabled eq false", "startsWith(displayName,'a')", "userType eq 'Guest'",
              "otherMails/any(x:x eq 'a@b.example')", "id in ('a','b')",
              "createdDateTime ge 2020-01-01T00:00:00Z and userType eq 'Member'",
              "proxyAddresses/any(p:startsWith(p,'smtp:it'))",
              "identities/any(c:c/issuerAssignedId eq 'a' and c/issuer eq 'b')",
              "assignedLicenses/any(l:l/skuId eq %s)" % SKU]
    for text in simple:
        status, _ = call("GET", "/users?$filter=" + text)
        expect("plain: " + text, status == 200)
    advanced = ["companyName eq 'Contoso'", "userType ne 'Guest'", "not(accountEnabled eq true)",
                "endsWith(mail,'@contoso.com')", "mail eq null", "assignedLicenses/$count eq 0",
                "onPremisesExtensionAttributes/extensionAttribute15 le '2027-01-01'",
                "mobilePhone eq '+1'"]
    for text in advanced:
        expect_error("without the pair: " + text, call("GET", "/users?$filter=" + text), 400,
                     "Request_UnsupportedQuery")
        status, page = call("GET", "/users?$count=true&$filter=" + text, advanced=True)
        expect("with the pair: " + text, status == 200 and "@odata.count" in page)
    for text in ["displayName", "displayName eq", "displayName eq 'x", "displayName eq 5",
                 "accountEnabled eq 'x'", "shoeSize eq 5", "(userType eq 'Guest'", "any(x:x)"]:
        expect("malformed: " + text, call("GET", "/users?$filter=" + text)[0] == 400)
    expect_error("a sorted filter without the pair",
                 call("GET", "/users?$filter=accountEnabled eq true&$orderby=displayName"), 400,
                 "Request_UnsupportedQuery")
    expect_error("$search without the header", call("GET", '/users?$search="displayName:a"'), 400,
                 "Request_UnsupportedQuery")
    status, page = call("GET", '/users?$search="displayName:ops" OR "displayName:operations"',
                        advanced=True)
    expect("$search finds", any("Operations" == user["displayName"] for user in page["value"]))
    status, page = call("GET", "/users?$orderby=displayName desc&$top=999")
    names = [user["displayName"].casefold() for user in page["value"]]
    expect("$orderby sorts", names == sorted(names, reverse=True))
    expect_error("$expand of an advanced query",
                 call("GET", "/users?$expand=manager&$count=true", advanced=True), 400,
                 "Request_UnsupportedQuery")
    many = " or ".join("id eq '%d'" % i for i in range(20))
    expect_error("twenty branches without the pair", call("GET", "/users?$filter=" + many), 400,
                 "Request_UnsupportedQuery")
    call("GET", "/users?$filter=signInActivity/lastSignInDateTime le 2020-01-01T00:00:00Z")
    expect_error("activity beside another filter", call(
        "GET", "/users?$filter=signInActivity/lastSignInDateTime le 2020-01-01T00:00:00Z and "
        "userType eq 'Guest'"), 400, "Request_UnsupportedQuery")


def users():
    status, ada = call("POST", "/users", NEW)
    expect("a user is created", status == 201)
    expect_error("a name that is taken", call("POST", "/users", NEW), 400, "Request_BadRequest")
    for name, value in [("userPrincipalName", "a b@contoso.com"), ("userPrincipalName", "a@b.example"),
                        ("userPrincipalName", "a.@contoso.com"), ("displayName", "x" * 257),
                        ("mobilePhone", "1" * 65), ("usageLocation", "XX"), ("mailNickname", "a@b"),
                        ("otherMails", ["ä@b.example"]), ("businessPhones", ["1", "2"]),
                        ("passwordProfile", {"password": "short"}), ("displayName", None),
                        ("passwordProfile", {"password": "alllowercase"}), ("shoeSize", 5),
                        ("createdDateTime", "2020-01-01"), ("accountEnabled", "yes"),
                        ("employeeId", "1" * 17), ("onPremisesExtensionAttributes",
                                                   {"extensionAttribute16": "x"})]:
        body = dict(NEW, userPrincipalName="other@contoso.com")
        body[name] = value
        expect_error("%s = %s" % (name, str(value)[:30]), call("POST", "/users", body), 400,
                     "Request_BadRequest")
    body = dict(NEW)
    del body["passwordProfile"]
    expect_error("no password", call("POST", "/users", body), 400, "Request_BadRequest")
    path = "/users/" + ada["id"]
    call("PATCH", path, {"jobTitle": "Analyst", "employeeLeaveDateTime": "2027-01-01T00:00:00Z",
                         "onPremisesExtensionAttributes": {"extensionAttribute1": "x"}})
    status, got = call("GET", path + "?$select=" + ALL)
    expect("a change keeps the rest", got["jobTitle"] == "Analyst" and
           got["onPremisesExtensionAttributes"]["extensionAttribute15"] == "2027-01-31")
    expect("the user name finds it too", call("GET", "/users/" + NEW["userPrincipalName"])[0] == 200)
    call("PATCH", path, {"passwordProfile": {"password": "Another-Engine-2"}})
    call("POST", path + "/revokeSignInSessions")
    call("GET", path + "/memberOf")
    call("GET", path + "/transitiveMemberOf/microsoft.graph.group")
    call("POST", path + "/checkMemberGroups", {"groupIds": [SPECIALISTS]})
    call("GET", path + "/licenseDetails")
    call("POST", path + "/assignLicense", {"addLicenses": [{"skuId": SKU}], "removeLicenses": []})
    status, got = call("GET", path + "?$select=assignedLicenses,licenseAssignmentStates")
    expect("a direct licence is there", got["assignedLicenses"][0]["skuId"] == SKU)
    call("POST", path + "/reprocessLicenseAssignment")
    return ada["id"]


def relations(ada):
    path = "/users/" + ada
    boss = call("GET", "/users/ops@contoso.com")[1]["id"]
    expect_error("no manager", call("GET", path + "/manager"), 404, "Request_ResourceNotFound")
    call("PUT", path + "/manager/$ref", ref(boss))
    expect("the manager is there", call("GET", path + "/manager")[1]["id"] == boss)
    call("DELETE", path + "/manager/$ref")
    call("POST", path + "/sponsors/$ref", ref(boss))
    expect_error("a sponsor twice", call("POST", path + "/sponsors/$ref", ref(boss)), 400,
                 "Request_BadRequest")
    expect("the sponsor is there", call("GET", path + "/sponsors")[1]["value"][0]["id"] == boss)
    call("DELETE", path + "/sponsors/" + boss + "/$ref")


def passes(ada):
    path = "/users/" + ada + "/authentication/temporaryAccessPassMethods"
    status, made = call("POST", path, {"lifetimeInMinutes": 60, "isUsableOnce": True})
    expect("a pass tells its value once", made["temporaryAccessPass"])
    status, got = call("GET", path)
    expect("and never again", got["value"][0]["temporaryAccessPass"] is None)
    call("GET", "/users/" + ada + "/authentication/methods")
    call("DELETE", path + "/" + made["id"])
    expect("the sixth within 10 s is throttled",
           [call("GET", path)[0] for _ in range(2)][-1] == 429)


def groups(ada):
    path = "/groups/" + SPECIALISTS
    for query in ["", "?$filter=displayName eq 'Specialists'&$select=id,displayName,assignedLicenses",
                  "?$expand=members($select=id)", "?$orderby=displayName"]:
        call("GET", "/groups" + query)
    call("GET", path + "?$select=id,assignedLicenses,licenseProcessingState")
    call("POST", path + "/members/$ref", ref(ada))
    expect_error("a member twice", call("POST", path + "/members/$ref", ref(ada)), 400,
                 "Request_BadRequest")
    expect_error("an unknown member", call("POST", path + "/members/$ref", ref(
        "00000000-0000-4000-8000-000000000000")), 404, "Request_ResourceNotFound")
    call("GET", path + "/members?$top=5&$select=id,displayName")
    call("GET", path + "/members/$ref?$top=5")
    call("GET", path + "/members/$count", advanced=True)
    status, page = call("GET", path + "/members/microsoft.graph.user?$top=999&$select=id")
    expect("the new member is listed", ada in [user["id"] for user in page["value"]])
    expect_error("a filter of members without the pair",
                 call("GET", path + "/members?$filter=id eq '%s'" % ada), 400,
                 "Request_UnsupportedQuery")
    status, page = call("GET", path + "/members/microsoft.graph.user?$count=true&$filter=id eq '%s'"
                        % ada, advanced=True)
    expect("with the pair it finds", len(page["value"]) == 1)
    call("GET", "/groups/" + EXTERNAL + "/transitiveMembers?$top=5")
    expect_error("the cast of transitive members without the pair",
                 call("GET", "/groups/" + EXTERNAL + "/transitiveMembers/microsoft.graph.user"),
                 400, "Request_UnsupportedQuery")
    call("GET", "/groups/" + EXTERNAL + "/transitiveMembers/microsoft.graph.user?$count=true",
         advanced=True)
    call("GET", path + "/membersWithLicenseErrors")
    call("DELETE", path + "/members/" + ada + "/$ref")
    expect_error("removing who is not in", call("DELETE", path + "/members/" + ada + "/$ref"), 404,
                 "Request_ResourceNotFound")
    call("PATCH", path, {"members@odata.bind": [ref(ada)["@odata.id"]]})
    expect_error("a bind with a member in it",
                 call("PATCH", path, {"members@odata.bind": [ref(ada)["@odata.id"]]}), 400,
                 "Request_BadRequest")
    made = call("POST", "/groups", {"displayName": "Made", "mailEnabled": False,
                                    "mailNickname": "made", "securityEnabled": True})[1]["id"]
    call("POST", "/groups/" + made + "/assignLicense",
         {"addLicenses": [{"skuId": SKU, "disabledPlans": []}], "removeLicenses": []})
    call("DELETE", "/groups/" + made)


def deleted(ada):
    name = NEW["userPrincipalName"]
    call("DELETE", "/users/" + ada)
    expect_error("who was deleted", call("GET", "/users/" + ada), 404, "Request_ResourceNotFound")
    expect_error("deleted items without the cast", call("GET", "/directory/deletedItems"), 400,
                 "Request_UnsupportedQuery")
    status, page = call("GET", "/directory/deletedItems/microsoft.graph.user?$select=id,"
                        "userPrincipalName,deletedDateTime")
    there = [user for user in page["value"] if user["id"] == ada]
    expect("the name begins with the id", there and
           there[0]["userPrincipalName"] == ada.replace("-", "") + name)
    path = "/directory/deletedItems/" + ada
    call("GET", path)
    status, back = call("POST", path + "/restore", {"newUserPrincipalName": "ada2@contoso.com"})
    expect("restored under another name", back["userPrincipalName"] == "ada2@contoso.com")
    call("DELETE", "/users/" + ada)
    call("POST", path + "/restore")
    expect("restored under its old name", call("GET", "/users/ada2@contoso.com")[0] == 200)
    call("DELETE", "/users/" + ada)
    expect_error("a purge by an app", call("DELETE", path), 403, "Authorization_RequestDenied")
    call("DELETE", path, token=person)
    expect_error("what was purged", call("GET", path), 404, "Request_ResourceNotFound")


def mail():
    body = {"message": {"subject": "Hello", "body": {"contentType": "Text", "content": "x"},
                        "toRecipients": [{"emailAddress": {"address": "a@b.example"}}]}}
    call("POST", "/users/it-service@contoso.com/sendMail", body)
    call("POST", "/me/sendMail", body, token=person)
    expect_error("a mail of somebody else", call("POST", "/users/it-service@contoso.com/sendMail",
                                                 body, token=person), 403, "ErrorAccessDenied")
    expect_error("a mail to nobody", call("POST", "/users/it-service@contoso.com/sendMail",
                                          {"message": {"subject": "x"}}), 400,
                 "ErrorInvalidRecipients")
    expect_error("MIME that is not base64", call(
        "POST", "/users/it-service@contoso.com/sendMail", "%%%", kind="text/plain"), 400,
        "ErrorMimeContentInvalidBase64String")


def invitations():
    body = {"invitedUserEmailAddress": "guest.one@partner.example",
            "inviteRedirectUrl": "https://myapps.microsoft.com", "invitedUserDisplayName": "One",
            "sendInvitationMessage": True, "invitedUserMessageInfo": {"customizedMessageBody": "Hi"}}
    first = call("POST", "/invitations", body)[1]
    second = call("POST", "/invitations", body)[1]
    expect("one guest for one address", first["invitedUser"]["id"] == second["invitedUser"]["id"])
    status, guest = call("GET", "/users/" + first["invitedUser"]["id"] +
                         "?$select=userType,externalUserState,userPrincipalName")
    expect("the guest is pending", guest["externalUserState"] == "PendingAcceptance" and
           guest["userPrincipalName"].endswith("#EXT#@contoso.onmicrosoft.com"))
    expect("a guest is found by its escaped name", call(
        "GET", "/users/" + urllib.parse.quote(guest["userPrincipalName"]))[0] == 200)
    for address in ["a+b@partner.example", ".a@partner.example", "a@contoso.com", "nobody"]:
        expect_error("an invitation of " + address, call(
            "POST", "/invitations", dict(body, invitedUserEmailAddress=address)), 400, "BadRequest")


def batches():
    items = [{"id": "1", "method": "GET", "url": "/users?$top=1"},
             {"id": "2", "method": "GET", "url": "/users/nobody@contoso.com"},
             {"id": "3", "method": "GET", "url": "/organization", "dependsOn": ["2"]}]
    status, answer = call("POST", "/$batch", {"requests": items})
    by_id = {item["id"]: item["status"] for item in answer["responses"]}
    expect("each item has its own answer", by_id == {"1": 200, "2": 404, "3": 424})
    expect_error("an id twice", call("POST", "/$batch", {"requests": items[:1] * 2}), 400,
                 "BadRequest")
    expect_error("21 items", call("POST", "/$batch", {"requests": [
        dict(items[0], id=str(i)) for i in range(21)]}), 400, "BadRequest")


def deltas():
    status, page = call("GET", "/users/delta?$select=displayName")
    while "@odata.nextLink" in page:
        status, page = call("GET", page["@odata.nextLink"][len(root + "/v1.0"):])
    link = page["@odata.deltaLink"][len(root + "/v1.0"):]
    call("PATCH", "/users/ops@contoso.com", {"jobTitle": "Changed"})
    status, page = call("GET", link)
    expect("only what changed comes next", len(page["value"]) == 1)
    call("GET", "/users/delta?$deltatoken=latest")
    call("GET", "/groups/delta")


def tokens():
    expect_error("no token", call("GET", "/users", token=""), 401, "InvalidAuthenticationToken")
    expect_error("a token that was tampered with", call("GET", "/users", token=app[:-4] + "AAAA"),
                 401, "InvalidAuthenticationToken")
    reader = post_form("/contoso.com/oauth2/v2.0/token", grant_type="client_credentials",
                       client_id=ready["client_id"][:-2] + "ab", client_secret="simulated-secret",
                       scope=root + "/.default")["access_token"]
    expect("a reader reads", call("GET", "/users?$top=1", token=reader)[0] == 200)
    expect_error("a reader's writing", call("POST", "/users", NEW, token=reader), 403,
                 "Authorization_RequestDenied")
    expect_error("a reader's look at activity", call("GET", "/users?$select=signInActivity",
                                                     token=reader), 403,
                 "Authorization_RequestDenied")


directory()
lists()
queries()
who = users()
relations(who)
passes(who)
groups(who)
deleted(who)
mail()
invitations()
batches()
deltas()
tokens()
print("1..%d" % count)
