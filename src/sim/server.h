/* The HTTP server: 127.0.0.1 only, one thread for each connection. */
#pragma once

#include "sim/sim.h"

typedef struct Server Server;

/* Starts listening and sets sim->url; `error` when the port is taken or a TLS file is wrong. */
Server *server_start(Sim *sim, GError **error);
/* The port that it listens on. */
int server_port(const Server *server);
/* Ends waiting requests, closes connections, frees. */
void server_stop(Server *server);
