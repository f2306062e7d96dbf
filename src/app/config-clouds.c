/* The national clouds: which sign-in service and which Graph belong together. */
#include "app/config-private.h"

#include "app/config.h"
#include <string.h>

/* Contract 1; in the order of the setting's choices. */
static const Cloud clouds[] = {
    {"global", "https://login.microsoftonline.com", "https://graph.microsoft.com",
     "https://www.office.com"},
    {"usgov", "https://login.microsoftonline.us", "https://graph.microsoft.us",
     "https://www.office365.us"},
    {"usgov-dod", "https://login.microsoftonline.us", "https://dod-graph.microsoft.us",
     "https://www.ohome.apps.mil"},
    {"china", "https://login.partner.microsoftonline.cn", "https://microsoftgraph.chinacloudapi.cn",
     "https://portal.partner.microsoftonline.cn"},
    {"custom", NULL, NULL, NULL},
};

const char *
config_cloud_of(const char *graph_host)
{
  for (guint i = 0; i < G_N_ELEMENTS(clouds); i++)
    if (clouds[i].graph_url != NULL && graph_host != NULL &&
        g_ascii_strcasecmp(clouds[i].graph_url + strlen("https://"), graph_host) == 0)
      return clouds[i].name;
  return NULL;
}

const char *
config_cloud_login(const char *cloud)
{
  for (guint i = 0; i < G_N_ELEMENTS(clouds); i++)
    if (g_strcmp0(clouds[i].name, cloud) == 0)
      return clouds[i].login_url;
  return NULL;
}

const Cloud *
config_cloud(guint choice)
{
  g_return_val_if_fail(choice < G_N_ELEMENTS(clouds), NULL);
  return &clouds[choice];
}
