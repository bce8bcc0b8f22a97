/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A packet that the kernel's own socket sends to a client. Once the client has a leg, that socket is to be silent, but a
 * packet that passed here just before may reach it later, as late as the processor on which it is finds time. The socket
 * takes it in and acknowledges it, and a client does not repeat what was acknowledged. So that is not said.
 */
#ifndef SPLICE_STRAGGLER_H
#define SPLICE_STRAGGLER_H

#include "parse.h"
#include "verdict.h"

static __always_inline int from_clients_socket(const struct packet *packet)
{
	struct splice_leg_key client = {
		.source_port = packet->key.destination_port,
		.destination_port = packet->key.source_port,
	};
	struct splice_flow *flow;
	struct splice_leg *leg;
	__u32 slot;

	__builtin_memcpy(client.source_address, packet->key.destination_address, 16);
	__builtin_memcpy(client.destination_address, packet->key.source_address, 16);
	leg = bpf_map_lookup_elem(&legs, &client);
	if (!leg || leg->direction != SPLICE_DIRECTION_IN)
		return to_stack();
	slot = leg->slot;
	flow = bpf_map_lookup_elem(&flows, &slot);
	if (!flow || flow->state == SPLICE_STATE_FREE)
		return to_stack();
	return drop(SPLICE_DROP_STRAGGLER);
}

#endif
