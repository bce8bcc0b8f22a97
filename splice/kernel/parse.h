/* SPDX-License-Identifier: GPL-2.0 */
/* Finds the TCP header of a packet and the numbers in it that decide what happens. Only headers are pulled. */
#ifndef SPLICE_PARSE_H
#define SPLICE_PARSE_H

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <bpf/bpf_endian.h>
#include "maps.h"

#define IP_MORE_FRAGMENTS_OR_OFFSET 0x3fff
#define EXTENSION_HEADERS_MAX 4
#define EXTENSION_HOP 0
#define EXTENSION_ROUTING 43
#define EXTENSION_DESTINATION 60
#define TCP_OFFSET_MAX 2048 /* behind all extension headers that anyone sends */
#define TCP_HEADER_BYTES ((__u32)sizeof(struct tcphdr))

#define TCP_FLAG_FIN 0x01
#define TCP_FLAG_SYN 0x02
#define TCP_FLAG_RST 0x04
#define TCP_FLAG_ACK 0x10

struct packet {
	struct splice_leg_key key;
	__u32 tcp_offset;	/* from the start of the frame */
	__u32 options_bytes;
	__u32 payload_bytes;
	__u32 seq;
	__u32 ack;
	__u16 window;
	__u8 flags;		/* TCP_FLAG_* */
	__u8 ipv6;
};

static __always_inline int pull(struct __sk_buff *skb, __u32 bytes)
{
	if ((void *)(long)skb->data + bytes <= (void *)(long)skb->data_end)
		return 1;
	return bpf_skb_pull_data(skb, bytes) == 0;
}

static __always_inline __u32 payload_offset(const struct packet *packet)
{
	return packet->tcp_offset + TCP_HEADER_BYTES + packet->options_bytes;
}

/* The TCP header in the packet as it lies now, or NULL. The verifier needs the bound beside each use. */
static __always_inline struct tcphdr *tcp_header(struct __sk_buff *skb, const struct packet *packet)
{
	__u32 offset = packet->tcp_offset;
	struct tcphdr *tcp;

	asm volatile("" : "+r"(offset));
	if (offset > TCP_OFFSET_MAX)
		return NULL;
	tcp = (void *)(long)skb->data + offset;
	return (void *)(tcp + 1) > (void *)(long)skb->data_end ? NULL : tcp;
}

static __always_inline void map_ipv4(__u8 *mapped, __be32 address)
{
	__u32 *words = (__u32 *)mapped;

	words[0] = 0;
	words[1] = 0;
	words[2] = bpf_htonl(0xffff);
	words[3] = address;
}

/* Returns the end of the IP packet as an offset in the frame, or 0 if this is not an unfragmented TCP packet. */
static __always_inline __u32 parse_ipv4(struct __sk_buff *skb, struct packet *packet)
{
	struct iphdr *ip;
	__u32 total;

	if (!pull(skb, ETH_HLEN + sizeof(*ip)))
		return 0;
	ip = (void *)(long)skb->data + ETH_HLEN;
	if ((void *)(ip + 1) > (void *)(long)skb->data_end)
		return 0;
	if (ip->protocol != IPPROTO_TCP || ip->ihl < 5)
		return 0;
	if (ip->frag_off & bpf_htons(IP_MORE_FRAGMENTS_OR_OFFSET))
		return 0;
	packet->ipv6 = 0;
	packet->tcp_offset = ETH_HLEN + ip->ihl * 4;
	map_ipv4(packet->key.source_address, ip->saddr);
	map_ipv4(packet->key.destination_address, ip->daddr);
	total = bpf_ntohs(ip->tot_len);
	/* BIG TCP: a merged packet over 64 KiB has no length in its header. */
	return total ? ETH_HLEN + total : skb->len;
}

static __always_inline __u32 parse_ipv6(struct __sk_buff *skb, struct packet *packet)
{
	__u32 offset = ETH_HLEN + sizeof(struct ipv6hdr);
	struct ipv6hdr *ip;
	__u32 total;
	__u8 next;

	if (!pull(skb, ETH_HLEN + sizeof(*ip)))
		return 0;
	ip = (void *)(long)skb->data + ETH_HLEN;
	if ((void *)(ip + 1) > (void *)(long)skb->data_end)
		return 0;
	__builtin_memcpy(packet->key.source_address, &ip->saddr, 16);
	__builtin_memcpy(packet->key.destination_address, &ip->daddr, 16);
	total = bpf_ntohs(ip->payload_len);
	next = ip->nexthdr;

	for (int i = 0; i < EXTENSION_HEADERS_MAX; i++) {
		__u8 header[2];

		if (next != EXTENSION_HOP && next != EXTENSION_ROUTING && next != EXTENSION_DESTINATION)
			break;
		if (bpf_skb_load_bytes(skb, offset, header, sizeof(header)))
			return 0;
		next = header[0];
		offset += (header[1] + 1) * 8;
	}
	/* Fragments, ESP and longer chains end here too: the stack knows what to do with them. */
	if (next != IPPROTO_TCP)
		return 0;
	packet->ipv6 = 1;
	packet->tcp_offset = offset;
	return total ? ETH_HLEN + sizeof(*ip) + total : skb->len;
}

/* 1: a complete TCP header was read. 0: not TCP, or broken in a way that the stack drops by itself. */
static __always_inline int parse(struct __sk_buff *skb, struct packet *packet)
{
	struct tcphdr *tcp;
	__u32 end;

	if (skb->protocol == bpf_htons(ETH_P_IP))
		end = parse_ipv4(skb, packet);
	else if (skb->protocol == bpf_htons(ETH_P_IPV6))
		end = parse_ipv6(skb, packet);
	else
		return 0;
	if (end == 0 || end > skb->len || packet->tcp_offset > TCP_OFFSET_MAX)
		return 0;
	if (!pull(skb, packet->tcp_offset + sizeof(*tcp)))
		return 0;
	tcp = tcp_header(skb, packet);
	if (!tcp)
		return 0;
	if (tcp->doff < 5 || packet->tcp_offset + tcp->doff * 4 > end)
		return 0;
	packet->key.source_port = tcp->source;
	packet->key.destination_port = tcp->dest;
	packet->options_bytes = tcp->doff * 4 - TCP_HEADER_BYTES;
	packet->payload_bytes = end - packet->tcp_offset - tcp->doff * 4;
	packet->seq = bpf_ntohl(tcp->seq);
	packet->ack = bpf_ntohl(tcp->ack_seq);
	packet->window = bpf_ntohs(tcp->window);
	packet->flags = ((__u8 *)tcp)[13];
	return 1;
}

/* Sequence number behind the packet's last; a FIN counts as one. */
static __always_inline __u32 seq_end(const struct packet *packet)
{
	return packet->seq + packet->payload_bytes + !!(packet->flags & TCP_FLAG_FIN);
}

static __always_inline int is_pure_syn(const struct packet *packet)
{
	return (packet->flags & (TCP_FLAG_SYN | TCP_FLAG_ACK | TCP_FLAG_RST)) == TCP_FLAG_SYN;
}

#endif
