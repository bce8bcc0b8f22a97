/* SPDX-License-Identifier: GPL-2.0 */
/* Gives a packet the addresses and numbers of its flow's other leg, and sends it there. */
#ifndef SPLICE_TRANSLATE_H
#define SPLICE_TRANSLATE_H

#include <stddef.h>
#include "parse.h"
#include "sack.h"
#include "verdict.h"

/* Not in every header this is built with; since Linux 6.16 and in stable trees since mid 2025. */
#define CSUM_IPV6 (1ULL << 7)

struct translation {
	const __u8 *source_address;
	const __u8 *destination_address;
	__be16 source_port;
	__be16 destination_port;
	__u32 seq;
	__u32 ack;
	__u16 window;
	__u8 strip_fin;
	__u32 ifindex;
	struct sack_rule sack;
};

/* A sum of many 32-bit words as one that the checksum helpers accept. Sums are the same in either byte order. */
static __always_inline __u32 fold32(__u64 sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	return (sum & 0xffffffff) + (sum >> 32);
}

static __always_inline __u16 fold16(__u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return (sum & 0xffff) + (sum >> 16);
}

static __always_inline void replace32(__u32 *field, __u32 value, __u64 *difference)
{
	*difference += (__u32)~*field;
	*difference += value;
	*field = value;
}

static __always_inline int replace_addresses(struct __sk_buff *skb, const struct packet *packet,
					     const struct translation *to, __u64 *difference)
{
	void *header = (void *)(long)skb->data + ETH_HLEN, *end = (void *)(long)skb->data_end;

	if (packet->ipv6) {
		struct ipv6hdr *ip = header;

		if ((void *)(ip + 1) > end)
			return -1;
		for (int i = 0; i < 4; i++) {
			replace32(&ip->saddr.in6_u.u6_addr32[i], ((const __u32 *)to->source_address)[i], difference);
			replace32(&ip->daddr.in6_u.u6_addr32[i], ((const __u32 *)to->destination_address)[i],
				  difference);
		}
	} else {
		struct iphdr *ip = header;

		if ((void *)(ip + 1) > end)
			return -1;
		replace32(&ip->saddr, ((const __u32 *)to->source_address)[3], difference);
		replace32(&ip->daddr, ((const __u32 *)to->destination_address)[3], difference);
		/* The sum of 16-bit words: 32 bits hold the folded difference and the old checksum. */
		ip->check = ~fold16(fold16(fold32(*difference)) + (__u16)~ip->check);
	}
	return 0;
}

static __always_inline int replace_tcp(struct __sk_buff *skb, const struct packet *packet,
				       const struct translation *to, __u64 *difference)
{
	__u32 *words = (__u32 *)tcp_header(skb, packet), flags_and_window;

	if (!words)
		return -1;
	replace32(&words[0], (__u32)to->source_port | (__u32)to->destination_port << 16, difference);
	replace32(&words[1], bpf_htonl(to->seq), difference);
	if (packet->flags & TCP_FLAG_ACK)
		replace32(&words[2], bpf_htonl(to->ack), difference);
	flags_and_window = bpf_ntohl(words[3]) & 0xffff0000;
	if (to->strip_fin)
		flags_and_window &= ~((__u32)TCP_FLAG_FIN << 16);
	replace32(&words[3], bpf_htonl(flags_and_window | to->window), difference);
	return 0;
}

/*
 * The checksum field goes through the helper always: it knows whether the field holds a finished checksum or the
 * sum that a network card will finish (CHECKSUM_PARTIAL), in which only addresses may be changed.
 */
static __always_inline int correct_checksum(struct __sk_buff *skb, const struct packet *packet, __u64 addresses,
					    __u64 tcp)
{
	__u32 offset = packet->tcp_offset + offsetof(struct tcphdr, check);

	if (bpf_l4_csum_replace(skb, offset, 0, fold32(tcp), 0))
		return -1;
	/* In IPv6 the addresses' change cancels out in the sum of the whole packet; older kernels do not know. */
	if (packet->ipv6 && bpf_l4_csum_replace(skb, offset, 0, fold32(addresses), BPF_F_PSEUDO_HDR | CSUM_IPV6) == 0)
		return 0;
	return bpf_l4_csum_replace(skb, offset, 0, fold32(addresses), BPF_F_PSEUDO_HDR);
}

/* Translates and sends. No TTL is taken off: the packet has one hop fewer than its flow appears to have. */
static __always_inline int send_translated(struct __sk_buff *skb, const struct packet *packet,
					   const struct translation *to)
{
	__u64 addresses = 0, tcp = 0;

	/* Options first: storing them invalidates the packet pointers that the others use. */
	if (packet->options_bytes && translate_sack(skb, packet, &to->sack, &tcp))
		return drop(SPLICE_DROP_MALFORMED);
	if (replace_addresses(skb, packet, to, &addresses) || replace_tcp(skb, packet, to, &tcp))
		return drop(SPLICE_DROP_MALFORMED);
	if (correct_checksum(skb, packet, addresses, tcp))
		return drop(SPLICE_DROP_MALFORMED);
	skb->mark = SPLICE_MARK;
	return bpf_redirect_neigh(to->ifindex, NULL, 0, 0);
}

#endif
