/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets that belong to no flow. Between a silent close and the arrival of a flow's state (takeover), the stack
 * would answer with a reset and kill the client's connection, so what is for a service address and no socket's
 * is dropped (invariant I5). State arrives within milliseconds or never: a client that is still unknown after
 * a second had a connection that was not spliced when its proxy died. It is told, so that it can connect again.
 */
#ifndef SPLICE_UNKNOWN_H
#define SPLICE_UNKNOWN_H

#include "elsewhere.h"
#include "parse.h"
#include "verdict.h"

#define STRANGER_SETTLE_NS 1000000000ull   /* until here the state may still arrive */
#define STRANGER_MEMORY_NS 150000000000ull /* longer than a client waits between retransmissions (RFC 6298: 60 s, Linux: 120 s) */

static __always_inline __u32 *find_service(const __u8 *address, __be16 port)
{
	struct splice_service_key key = { .port = port };

	__builtin_memcpy(key.address, address, 16);
	return bpf_map_lookup_elem(&services, &key);
}

static __always_inline int is_service(const __u8 *address, __be16 port)
{
	return find_service(address, port) != NULL;
}

/* Whether this ACK answers a SYN cookie: under a SYN flood the listener keeps nothing else about a handshake. */
static __always_inline int is_cookie(struct __sk_buff *skb, const struct packet *packet, struct bpf_sock *listener)
{
	void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
	void *ip = data + ETH_HLEN;
	struct tcphdr *tcp = tcp_header(skb, packet);

	if (!tcp)
		return 0;
	if (packet->ipv6) {
		if (ip + sizeof(struct ipv6hdr) > end)
			return 0;
		return bpf_tcp_check_syncookie(listener, ip, sizeof(struct ipv6hdr), tcp, sizeof(*tcp)) == 0;
	}
	if (ip + sizeof(struct iphdr) > end)
		return 0;
	return bpf_tcp_check_syncookie(listener, ip, sizeof(struct iphdr), tcp, sizeof(*tcp)) == 0;
}

/* Whether a kernel socket (established, half open, time-wait; not a mere listener) owns the packet's 4-tuple. */
static __always_inline int is_of_socket(struct __sk_buff *skb, const struct packet *packet)
{
	struct bpf_sock_tuple tuple = {};
	struct bpf_sock *socket;
	int owned;

	if (packet->ipv6) {
		__builtin_memcpy(tuple.ipv6.saddr, packet->key.source_address, 16);
		__builtin_memcpy(tuple.ipv6.daddr, packet->key.destination_address, 16);
		tuple.ipv6.sport = packet->key.source_port;
		tuple.ipv6.dport = packet->key.destination_port;
		socket = bpf_skc_lookup_tcp(skb, &tuple, sizeof(tuple.ipv6), BPF_F_CURRENT_NETNS, 0);
	} else {
		tuple.ipv4.saddr = *(__u32 *)&packet->key.source_address[12];
		tuple.ipv4.daddr = *(__u32 *)&packet->key.destination_address[12];
		tuple.ipv4.sport = packet->key.source_port;
		tuple.ipv4.dport = packet->key.destination_port;
		socket = bpf_skc_lookup_tcp(skb, &tuple, sizeof(tuple.ipv4), BPF_F_CURRENT_NETNS, 0);
	}
	if (!socket)
		return 0;
	owned = socket->state != BPF_TCP_LISTEN || is_cookie(skb, packet, socket);
	bpf_sk_release(socket);
	return owned;
}

/* Whether the sender has been unknown for longer than any state takes to arrive. */
static __always_inline int has_overstayed(const struct splice_leg_key *key)
{
	struct stranger *known = bpf_map_lookup_elem(&strangers, key);
	struct stranger first = {};
	__u64 now = bpf_ktime_get_ns();

	if (known && now - known->last_ns < STRANGER_MEMORY_NS) {
		known->last_ns = now;
		return now - known->first_ns > STRANGER_SETTLE_NS;
	}
	first.first_ns = first.last_ns = now;
	bpf_map_update_elem(&strangers, key, &first, BPF_ANY);
	return 0;
}

static __always_inline int unknown_from_client(struct __sk_buff *skb, const struct packet *packet)
{
	__u32 *service = find_service(packet->key.destination_address, packet->key.destination_port);

	/* Not for an address of ours: other traffic of this machine. */
	if (!service)
		return to_stack();
	if (is_elsewhere(skb, packet))
		return pass_on(skb, packet);
	/* A new connection: spliced's listener accepts it. */
	if (is_pure_syn(packet)) {
		bpf_map_delete_elem(&strangers, &packet->key);
		return to_stack();
	}
	/* A connection that is not spliced yet. */
	if (is_of_socket(skb, packet))
		return to_stack();
	/* A flow whose state has not arrived here, or one that is over. */
	if (*service != SPLICE_SERVICE_RESET || !has_overstayed(&packet->key))
		return drop(SPLICE_DROP_UNKNOWN_FLOW);
	count(SPLICE_DROP_STRANGER);
	return to_stack();
}

static __always_inline int unknown_from_backend(struct __sk_buff *skb, const struct packet *packet)
{
	if (!is_service(packet->key.destination_address, 0))
		return to_stack();
	if (is_elsewhere(skb, packet))
		return pass_on(skb, packet);
	/* A connection to a backend that is being made. */
	if (is_of_socket(skb, packet))
		return to_stack();
	/* Nobody listens on the inner address, so a SYN belongs to nothing either. */
	return drop(SPLICE_DROP_UNKNOWN_FLOW);
}

#endif
