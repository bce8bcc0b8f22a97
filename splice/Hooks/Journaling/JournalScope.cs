namespace Splice.Hooks;

/// <summary>Holds the request's journal for the container.</summary>
internal sealed class JournalScope
{
    private IJournal? _journal;

    public IJournal Journal
    {
        get => _journal ?? throw new InvalidOperationException(
            "there is no journal outside a request; put app.UseSplice() before everything that asks for IJournal");
        set => _journal = value;
    }
}
