/* What the numbers mean that the sign-in service gives with a refusal (AADSTS…),
 * and what would work instead. They choose words and nothing else: what usher
 * does follows from the `error` of the answer. Contract 2.4. */
#include "auth/token-private.h"

#include "base/i18n.h"
#include <inttypes.h>

#define ADMINISTRATOR N_("Ask an administrator of the tenant")
#define CHECK_IDS     N_("Check client_id, tenant and cloud of the profile")
#define SIGN_IN_AGAIN N_("Sign in again with 'usher login'")
#define BLOCKED                                                                                    \
  N_("An administrator finds the policy in the sign-in log of the tenant, by the request id. "     \
     "What "                                                                                       \
     "policies for people stop may be allowed to an app registration of usher's own: sign_in = "   \
     "client-certificate")
#define ON_DEVICE                                                                                  \
  N_("Enter the code in a browser on a managed device, or let usher sign in as an app "            \
     "registration of its own: sign_in = client-certificate")
#define SECOND_FACTOR                                                                              \
  N_("Sign in again with 'usher login' and answer the second factor in the browser; for "          \
     "unattended runs use an app registration: sign_in = client-certificate")
#define CLOCK                                                                                      \
  N_("Set this machine's clock ('timedatectl set-ntp true'); 'usher doctor' shows the difference")
#define UPLOAD                                                                                     \
  N_("Upload the certificate to the app registration under Certificates & secrets, or name the "   \
     "right one in the profile")
#define CONSENT                                                                                    \
  N_("An administrator consents in the app registration under API permissions; 'usher doctor' "    \
     "lists what is needed")
#define FEDERATION                                                                                 \
  N_("Compare issuer, subject and audience of the token with the federated credentials of the "    \
     "app "                                                                                        \
     "registration")
#define LATER N_("Try again later")

/* clang-format off */
static const struct {
  gint64 number;
  const char *meaning, *remedy;
} refusals[] = {
    /* the secret or certificate of an app registration */
    {7000215, N_("the client secret is wrong"), N_("Store the secret's value, not its id, with 'usher login'")},
    {70002, N_("the client secret is wrong"), N_("Store the secret's value, not its id, with 'usher login'")},
    {7000222, N_("the client secret has expired"), N_("Make a new one in the app registration and store it with 'usher login', or use a certificate: sign_in = client-certificate")},
    {7000218, N_("the app registration is no public client, and neither secret nor certificate was sent"), N_("Allow public client flows in the app registration, or set sign_in to client-secret or client-certificate")},
    {7000216, N_("neither secret nor certificate was sent"), N_("Set sign_in to client-secret or client-certificate")},
    {700025, N_("the app registration is a public client and takes no secret"), N_("Set sign_in = device-code, or make it a confidential client")},
    {700027, N_("the app registration does not know the certificate, or its signature was refused"), UPLOAD},
    {700030, N_("the name in the certificate is not allowed"), UPLOAD},
    {50012, N_("the certificate was refused"), UPLOAD},
    {50017, N_("the certificate could not be verified"), UPLOAD},
    {700024, N_("the assertion is not valid at this time: the clocks differ"), CLOCK},
    {500133, N_("the assertion is not valid at this time: the clocks differ"), CLOCK},
    {700023, N_("the assertion is for another sign-in service"), N_("Check login_url and tenant of the profile")},
    {700021, N_("the assertion is of another application"), CHECK_IDS},
    {70021, N_("no federated credential of the app registration fits the token"), FEDERATION},
    {700211, N_("no federated credential has the issuer of the token"), FEDERATION},
    {700212, N_("no federated credential has the audience of the token"), FEDERATION},
    {700213, N_("no federated credential has the subject of the token"), FEDERATION},

    /* the application and the tenant */
    {700016, N_("the tenant does not know this client_id"), CHECK_IDS},
    {700011, N_("the tenant does not know this client_id"), CHECK_IDS},
    {70001, N_("the application is disabled"), ADMINISTRATOR},
    {7000112, N_("the application is disabled"), ADMINISTRATOR},
    {90002, N_("there is no such tenant in this cloud"), N_("Check tenant and cloud of the profile; a domain name of the tenant or its id is needed")},
    {900023, N_("the tenant is neither a domain name nor an id"), N_("Check tenant of the profile")},
    {50059, N_("the tenant was not named"), N_("Check tenant of the profile")},
    {90019, N_("the tenant was not named"), N_("Check tenant of the profile")},
    {90038, N_("the tenant belongs to another cloud"), N_("Set cloud to usgov, usgov-dod, china or global")},
    {9001023, N_("this way to sign in needs the tenant's own name, not 'common'"), N_("Set tenant to a domain name of the tenant or its id")},
    {50194, N_("the application belongs to one tenant, and 'common' was asked"), N_("Set tenant to a domain name of the tenant or its id")},
    {500011, N_("the tenant does not know Microsoft Graph at this address"), N_("Check cloud and graph_url of the profile")},
    {50001, N_("the tenant does not know Microsoft Graph at this address"), N_("Check cloud and graph_url of the profile")},
    {70011, N_("the resource is unknown"), N_("Check cloud and graph_url of the profile")},
    {1002012, N_("the resource is unknown"), N_("Check cloud and graph_url of the profile")},

    /* consent */
    {65001, N_("nobody has consented to the permissions"), CONSENT},
    {65004, N_("the consent was declined"), N_("Sign in again with 'usher login' and consent, or ask an administrator to do it for all")},
    {90094, N_("an administrator has to consent to the permissions"), CONSENT},
    {90008, N_("nobody has consented to the permissions"), CONSENT},
    {650056, N_("the app registration lists no permissions, or nobody has consented"), CONSENT},
    {650057, N_("the app registration does not list Microsoft Graph"), CONSENT},
    {50105, N_("this account is not assigned to the application"), N_("An administrator assigns it under Enterprise applications")},

    /* Conditional Access */
    {50072, N_("a second factor has to be registered first"), SECOND_FACTOR},
    {50074, N_("a second factor is demanded"), SECOND_FACTOR},
    {50076, N_("a second factor is demanded"), SECOND_FACTOR},
    {50078, N_("the second factor was too long ago"), SECOND_FACTOR},
    {50079, N_("a second factor has to be registered first"), SECOND_FACTOR},
    {50158, N_("a further proof is demanded by another provider"), SECOND_FACTOR},
    {53004, N_("a second factor has to be registered, and the risk forbids it here"), ADMINISTRATOR},
    {53010, N_("a second factor can be registered from certain places or devices alone"), ADMINISTRATOR},
    {50005, N_("Conditional Access does not allow this platform"), ON_DEVICE},
    {50097, N_("Conditional Access wants a known device"), ON_DEVICE},
    {50129, N_("Conditional Access wants a registered device"), ON_DEVICE},
    {50131, N_("Conditional Access refuses this device or place"), ON_DEVICE},
    {50155, N_("the device could not prove itself"), ON_DEVICE},
    {50187, N_("the device could not prove itself"), ON_DEVICE},
    {53000, N_("Conditional Access wants a device that complies with the rules"), ON_DEVICE},
    {53001, N_("Conditional Access wants a device of the domain"), ON_DEVICE},
    {53002, N_("Conditional Access wants an approved application"), BLOCKED},
    {53003, N_("Conditional Access blocks this sign-in, by place, risk, application, or because of the device code"), BLOCKED},
    {530035, N_("the security defaults of the tenant block this sign-in"), BLOCKED},
    {530034, N_("the sign-in is blocked because of its risk"), ADMINISTRATOR},
    {53011, N_("the sign-in is blocked because of its risk in the home tenant"), ADMINISTRATOR},
    {50002, N_("the network's proxy does not allow this tenant"), N_("Ask who runs the proxy: tenant restrictions are set there")},
    {500021, N_("the network's proxy does not allow this tenant"), N_("Ask who runs the proxy: tenant restrictions are set there")},
    {500022, N_("the network's proxy does not allow this tenant"), N_("Ask who runs the proxy: tenant restrictions are set there")},
    {500212, N_("the account's home tenant does not let it go there"), ADMINISTRATOR},
    {500213, N_("the tenant does not let accounts of the home tenant in"), ADMINISTRATOR},

    /* the account */
    {50034, N_("there is no such account in the tenant"), N_("Sign in with an account of the tenant, or correct tenant in the profile")},
    {51004, N_("there is no such account in the tenant"), N_("Sign in with an account of the tenant, or correct tenant in the profile")},
    {50020, N_("the account belongs to another tenant and is no guest of this one"), N_("Sign in with an account of the tenant, or correct tenant in the profile")},
    {50053, N_("the account is locked after too many attempts, or the network address is blocked"), N_("Wait, or ask an administrator of the tenant")},
    {50055, N_("the password has expired"), N_("Set a new password in a browser, then sign in again with 'usher login'")},
    {50144, N_("the password has expired"), N_("Set a new password on premises, then sign in again with 'usher login'")},
    {50056, N_("the account has no password"), ADMINISTRATOR},
    {50057, N_("the account is disabled"), N_("An administrator enables it, or another account signs in")},
    {50126, N_("user name or password are wrong"), SIGN_IN_AGAIN},
    {50135, N_("the password has to be changed because of its risk"), N_("Set a new password in a browser, then sign in again with 'usher login'")},

    /* a sign-in that was good once */
    {50132, N_("the password was changed since"), SIGN_IN_AGAIN},
    {50133, N_("the password was changed since"), SIGN_IN_AGAIN},
    {50173, N_("the sign-in was revoked"), SIGN_IN_AGAIN},
    {50089, N_("the sign-in has ended"), SIGN_IN_AGAIN},
    {70000, N_("the sign-in is not valid any more"), SIGN_IN_AGAIN},
    {70008, N_("the sign-in was not used for too long"), SIGN_IN_AGAIN},
    {700082, N_("the sign-in was not used for too long"), SIGN_IN_AGAIN},
    {700084, N_("the sign-in has ended"), SIGN_IN_AGAIN},
    {70043, N_("the tenant wants people to sign in more often"), SIGN_IN_AGAIN},

    /* the device code */
    {70018, N_("the code was typed wrongly"), SIGN_IN_AGAIN},
    {70019, N_("the code has expired"), SIGN_IN_AGAIN},
    {70020, N_("the code has expired"), SIGN_IN_AGAIN},
    {50134, N_("the code was entered in another cloud"), N_("Check cloud of the profile")},
    {50199, N_("the sign-in has to be confirmed in the browser"), SIGN_IN_AGAIN},

    /* the service itself */
    {90055, N_("the tenant is being throttled"), LATER},
    {50196, N_("too many requests for the same token"), LATER},
    {90033, N_("the directory is not available"), LATER},
    {90006, N_("the sign-in service is not available"), LATER},
    {90012, N_("the sign-in service was too slow"), LATER},
    {90024, N_("the sign-in service is overloaded"), LATER},
};
/* clang-format on */

gboolean
token_refusal_append(GString *text, gint64 number)
{
  for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
    if (refusals[i].number != number)
      continue;
    g_string_append_printf(text, "%s (AADSTS%" PRId64 "). %s", _(refusals[i].meaning), number,
                           _(refusals[i].remedy));
    return TRUE;
  }
  if (number > 0)
    g_string_append_printf(text, " (AADSTS%" PRId64 ")", number);
  return FALSE;
}

gboolean
token_refusal_row(guint index, gint64 *ret_number, const char **ret_meaning,
                  const char **ret_remedy)
{
  if (index >= G_N_ELEMENTS(refusals))
    return FALSE;
  *ret_number = refusals[index].number;
  *ret_meaning = refusals[index].meaning;
  *ret_remedy = refusals[index].remedy;
  return TRUE;
}
