using MailKit;
using MailKit.Net.Imap;
using Tests.Unit.Webmail.Servers;

namespace Tests.Unit.Webmail.Index;

/// <summary>What the user may do to a mailbox is what the mail server tells, where it does (RFC 4314).</summary>
public abstract class MailboxRightsTests<TServer>(IndexWebmail<TServer> webmail) : IndexTest<TServer>(webmail)
    where TServer : IImapServer
{
    [Fact]
    public async Task Rights_OfAMailbox_AreTheServersWords()
    {
        var folder = await FolderAsync("Locked");
        var tells = Other.Capabilities.HasFlag(ImapCapabilities.Acl);
        if (tells)
        {
            await folder.SetAccessRightsAsync(OwnIdentifier, new AccessRights("lrsa"), Cancelled);
        }

        var mailboxes = await MailboxesAsync();

        foreach (var right in mailboxes["Inbox"]["myRights"]!.AsObject().Where(right => right.Key is not ("mayRename" or "mayDelete" or "maySubmit")))
        {
            Assert.True((bool)right.Value!, right.Key);
        }

        var rights = mailboxes["Locked"]["myRights"]!;
        Assert.True((bool)rights["mayReadItems"]! && (bool)rights["maySetSeen"]!, rights.ToJsonString());
        Assert.Equal(!tells, (bool)rights["mayAddItems"]!);
        Assert.Equal(!tells, (bool)rights["mayRemoveItems"]!);
        Assert.Equal(!tells, (bool)rights["maySetKeywords"]!);
        Assert.Equal(tells, Expects);
    }

    /// <summary>Whether the server tells.</summary>
    protected virtual bool Expects => false;

    protected virtual string OwnIdentifier => User.Username;
}
