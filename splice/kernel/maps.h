/* SPDX-License-Identifier: GPL-2.0 */
/* The maps, by their pinned names. spliced sets max_entries of flows and legs from flowsMax when it loads them. */
#ifndef SPLICE_MAPS_H
#define SPLICE_MAPS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "splice_abi.h"

/* Mapped into spliced's memory, so that installing or changing a flow costs no system call. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct splice_flow);
	__uint(max_entries, 65536);
} flows SEC(".maps");

/*
 * Preallocated: about 100 bytes for each of 2 x flowsMax entries is small beside flows (256 bytes each), and an
 * insertion can then not fail for want of memory in the middle of a splice. Not LRU: a live flow is never evicted.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct splice_leg_key);
	__type(value, struct splice_leg);
	__uint(max_entries, 131072);
} legs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct splice_service_key);
	__type(value, __u32);
	__uint(max_entries, 256);
} services SEC(".maps");

/*
 * Clients whose packets belong to no flow, and since when. Not pinned: forgetting them costs one more wait. LRU: a
 * flood of invented addresses only makes real strangers wait longer.
 */
struct stranger {
	__u64 first_ns;
	__u64 last_ns;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__type(key, struct splice_leg_key);
	__type(value, struct stranger);
	__uint(max_entries, 16384);
} strangers SEC(".maps");

/* Few entries at a time (connections being made), any port: so allocated on demand. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, struct splice_connecting);
	__uint(max_entries, 65536);
} connecting SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, SPLICE_DROP_MAX);
} drops SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16 << 20); /* bytes */
} events SEC(".maps");

/* One entry: the SPLICE_ABI_VERSION that the pinned maps were made with. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, __u32);
	__uint(max_entries, 1);
} abi SEC(".maps");

#endif
