using Splice.Daemon.Handover;

namespace Splice.Daemon.Control;

/// <summary>Answer of GET /status.</summary>
public sealed record StatusModel(
    string Name,
    bool Active,
    IReadOnlyList<AddressPairModel> AddressPairs,
    string Version,
    double UptimeSeconds,
    FlowsModel Flows,
    IReadOnlyList<BackendModel> Backends,
    IReadOnlyList<StoreModel> Stores,
    bool Protected,
    IReadOnlyList<DropModel> Drops,
    IReadOnlyList<AnswerModel> Answers,
    CountersModel Counters,
    TlsModel? Tls,
    IReadOnlyList<RecentEvent> Recent);

public sealed record AddressPairModel(string VirtualAddress, string InnerAddress, bool Active);

public sealed record FlowsModel(int Spliced, int Connecting, int Orphaned);

public sealed record BackendModel(
    string Name, string Pool, string Kind, bool Healthy, bool Draining, int Flows, int Stores, bool Ready, bool Full, double LastHeartbeatMilliseconds, string Build);

public sealed record StoreModel(string Name, bool Healthy, double LagMilliseconds);

public sealed record DropModel(int Number, string Reason, ulong Packets);

public sealed record AnswerModel(int Status, long Count);

public sealed record CountersModel(
    long Accepted, long Spliced, long Handovers, long HandoversFailed, long Takeovers, long Ended);

/// <summary>HTTPS; null if it is not served.</summary>
public sealed record TlsModel(
    int HandshakesRunning, long Handshakes, IReadOnlyList<HandshakeFailureModel> HandshakesFailed, IReadOnlyList<CertificateModel> Certificates);

public sealed record HandshakeFailureModel(string Reason, long Count);

public sealed record CertificateModel(string File, IReadOnlyList<string> Names, DateTimeOffset NotAfter, double ExpiresInDays);

/// <summary>One row of GET /flows.</summary>
public sealed record FlowModel(
    string Id, string Client, string VirtualAddress, string Backend, string Proxy, string State, string Kind, bool Tls, double AgeSeconds, ulong BytesIn, ulong BytesOut);
