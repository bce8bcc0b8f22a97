using System.Text.Json.Nodes;
using Webmail.Web.Contacts;
using Webmail.Web.Outbox;

namespace Webmail.Web.Reading;

/// <summary>A list that was left.</summary>
/// <param name="At">By the database's clock, UTC.</param>
/// <param name="Submission">Number of the message that said so; null if the list's server was asked (one-click).</param>
internal sealed record Unsubscription(DateTime At, long? Submission)
{
    public const string OneClick = "oneClick";
    public const string Mailto = "mailto";

    public JsonObject ToJson() => new()
    {
        ["by"] = Submission is null ? OneClick : Mailto, ["at"] = UtcText.Of(At), ["submissionId"] = Submission is { } number ? OutboxIds.Of(number) : null,
    };
}
