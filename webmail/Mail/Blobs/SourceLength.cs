namespace Webmail.Mail.Blobs;

/// <summary>
/// How long a message is. A download says it first, and a mail server may only have estimated it, as Exchange does (RFC822.SIZE): so it is looked
/// at the end that was said, and only if it is elsewhere, for the end.
/// </summary>
public static class SourceLength
{
    private const int ProbeBytes = 4096;
    private const long BytesMax = int.MaxValue - PartSender.WindowBytesMax;

    public static async Task<long> OfAsync(long said, DecodedLength.Read read, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(read);
        var from = Math.Max(0, said - ProbeBytes);
        var found = (await read(from, said - from + 1, cancellationToken)).Length;
        if (found <= said - from && (found > 0 || from == 0))
        {
            return from + found;
        }

        var length = found > 0 ? from + found : 0;
        for (var window = PartSender.WindowBytesMax; window == PartSender.WindowBytesMax && length < BytesMax; length += window)
        {
            window = (await read(length, PartSender.WindowBytesMax, cancellationToken)).Length;
        }

        return length;
    }
}
