namespace Webmail.Web.Index;

/// <summary>What Foo/changes is asked of.</summary>
internal enum IndexType : short
{
    Mailbox,
    Email,
    Thread,
}
