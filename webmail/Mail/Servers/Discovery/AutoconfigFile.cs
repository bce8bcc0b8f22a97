using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using MailKit.Security;
using Webmail.Mail.Imap;

namespace Webmail.Mail.Servers.Discovery;

/// <summary>Mozilla's autoconfig XML, version 1.1: the IMAP and submission servers in it, in its order. Whatever else it says is passed over.</summary>
internal static class AutoconfigFile
{
    private const int ServersMax = 16;

    /// <exception cref="DiscoveryException">It is no such file.</exception>
    public static IReadOnlyList<FoundServer> Read(byte[] xml, string domain, string source)
    {
        XElement root;
        try
        {
            // No DTD, so no entities that grow or that are fetched.
            var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };
            using var reader = XmlReader.Create(new MemoryStream(xml, false), settings);
            root = XDocument.Load(reader).Root!;
        }
        catch (XmlException broken)
        {
            throw new DiscoveryException($"{source} is not the XML it should be: {broken.Message}");
        }

        var provider = root.Element("emailProvider");
        return
        [
            .. (provider?.Elements("incomingServer") ?? []).Where(server => (string?)server.Attribute("type") == "imap").Take(ServersMax)
                .Select(server => Server(server, ServerKind.Imap, domain, source)).OfType<FoundServer>(),
            .. (provider?.Elements("outgoingServer") ?? []).Where(server => (string?)server.Attribute("type") == "smtp").Take(ServersMax)
                .Select(server => Server(server, ServerKind.Submission, domain, source)).OfType<FoundServer>(),
        ];
    }

    private static FoundServer? Server(XElement server, ServerKind kind, string domain, string source)
    {
        var host = Text("hostname").Replace("%EMAILDOMAIN%", domain, StringComparison.Ordinal);
        SecureSocketOptions? security = Text("socketType") switch
        {
            "SSL" => SecureSocketOptions.SslOnConnect,
            "STARTTLS" => SecureSocketOptions.StartTls,
            "plain" => SecureSocketOptions.None,
            _ => null,
        };
        return security is { } known && Uri.CheckHostName(host) != UriHostNameType.Unknown
            && int.TryParse(Text("port"), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536
            ? new FoundServer(kind, new MailServerOptions(host, port, known), source, How(), Who())
            : null;

        string Text(string name) => ((string?)server.Element(name) ?? "").Trim();

        // A file may offer several ways; a password in a protected connection is what we can always do.
        Authentication? How() => server.Elements("authentication").Select(way => way.Value.Trim()).ToList() is { Count: > 0 } ways
            && ways.TrueForAll(way => way == "OAuth2") ? Authentication.OAuthBearer : null;

        UserNameForm? Who() => Text("username") switch
        {
            "%EMAILADDRESS%" => UserNameForm.Address,
            "%EMAILLOCALPART%" => UserNameForm.LocalPart,
            _ => null,
        };
    }
}
