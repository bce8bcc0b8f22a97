using System.Text.Json.Nodes;
using Webmail.Web.Contacts;
using Webmail.Web.Drafts;

namespace Webmail.Web.Jmap.Methods.Drafts;

/// <summary>Drafts and their earlier versions as our capability shows them.</summary>
internal static class DraftJson
{
    public static JsonObject Describe(Draft draft, bool withContent = true)
    {
        var json = Created(draft);
        if (withContent)
        {
            AddContent(json, draft.Content);
        }

        return json;
    }

    /// <summary>What the answer to a creation or a change has to say: all that its client did not.</summary>
    public static JsonObject Created(Draft draft) => new()
    {
        ["id"] = DraftIds.Of(draft.Number),
        ["version"] = draft.Version,
        ["modifiedAt"] = UtcText.Of(draft.Changed),
        ["emailId"] = draft.Email,
        ["writtenVersion"] = draft.Written?.Version ?? 0,
        ["changedElsewhere"] = draft.IsChangedElsewhere,
        ["needsSignIn"] = draft.NeedsSignIn,
        ["problem"] = draft.Problem,
        ["conflicts"] = draft.Conflicts,
    };

    public static JsonObject Describe(EarlierVersion version)
    {
        var json = new JsonObject
        {
            ["version"] = version.Version,
            ["isConflict"] = version.Kind == VersionKind.Conflict,
            ["baseVersion"] = version.Base,
            ["savedAt"] = UtcText.Of(version.Saved),
        };
        if (version.Content is { } content)
        {
            AddContent(json, content);
        }

        return json;
    }

    /// <summary>Refused, with the draft as it is, so that its client can show both.</summary>
    /// <param name="current">The draft.</param>
    /// <param name="kept">The version under which the other text is in the history, or null if there was none.</param>
    public static SetException Mismatch(Draft current, int? kept) => new(new SetError("versionMismatch", "The draft was changed elsewhere meanwhile.")
    {
        Current = new JsonObject { ["draft"] = Describe(current), ["keptVersion"] = kept },
    });

    private static void AddContent(JsonObject json, string content)
    {
        foreach (var (name, value) in (JsonObject)JsonNode.Parse(content)!)
        {
            json[name] = value?.DeepClone();
        }
    }
}
