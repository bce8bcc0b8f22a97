namespace Splice.Wire.Abi;

/// <summary>Mirror of <c>enum splice_direction</c>.</summary>
public enum SpliceDirection : uint
{
    In = 0,
    Out = 1,
}

/// <summary>Mirror of <c>enum splice_state</c>.</summary>
public enum SpliceState : uint
{
    Free = 0,
    Held = 1,
    Forward = 2,
    Orphaned = 3,
}

/// <summary>Mirror of <c>SPLICE_FLAG_*</c>.</summary>
[Flags]
public enum SpliceFlags : uint
{
    None = 0,
    Sack = 0x01,
    AckCeiling = 0x02,
    Plain = 0x04,
    FinReleased = 0x08,
}

/// <summary>Mirror of <c>SPLICE_TRACKED_*</c>: which tracked fields are valid.</summary>
[Flags]
public enum SpliceTracked : uint
{
    None = 0,
    Client = 0x01,
    Backend = 0x02,
    BackendFin = 0x04,
    ClientFin = 0x08,
}

/// <summary>Mirror of <c>enum splice_drop</c>: why the kernel program dropped a packet.</summary>
public enum SpliceDrop
{
    UnknownFlow = 0,
    Held = 1,
    Orphaned = 2,
    RingFull = 3,
    FinHeld = 4,
    RstHeld = 5,
    Malformed = 6,
    OldSyn = 7,
    StaleSlot = 8,
    Stranger = 9,
    NoHops = 10,
    TooBig = 11,
    Straggler = 12,
}

/// <summary>Mirror of <c>enum splice_service</c>: what becomes of a service's packets that belong to no known flow.</summary>
public enum SpliceService : uint
{
    /// <summary>Dropped: their flow's state may still arrive.</summary>
    Wait = 0,

    /// <summary>Dropped for a second, then left to the stack, which resets them: every flow is known here.</summary>
    Reset = 1,
}

/// <summary>Mirror of <c>enum splice_window</c>: what a backend is shown of the window before the splice.</summary>
public enum SpliceWindow : byte
{
    /// <summary>Always zero.</summary>
    Zero = 0,

    /// <summary>Up to the edge, unscaled.</summary>
    Limited = 1,

    /// <summary>Zero, but the SYN promises unscaled windows: it becomes limited when the edge is known.</summary>
    Later = 2,
}

/// <summary>Mirror of <c>enum splice_event_type</c>.</summary>
public enum SpliceEventType : uint
{
    ClientData = 1,
    AnswerData = 2,
    ClientFin = 3,
    ClientRst = 4,
    ClientSyn = 5,
    BackendFin = 6,
    BackendRst = 7,
    ClientWakes = 8,
}
