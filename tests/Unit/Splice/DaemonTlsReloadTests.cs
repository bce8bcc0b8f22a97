using Microsoft.Extensions.Logging;
using Splice.Daemon.Configuration;
using Splice.Daemon.Tls;

namespace Tests.Unit.Splice;

public sealed class DaemonTlsReloadTests : IDisposable
{
    private readonly DaemonTlsCertificates _files = new();
    private readonly ErrorLog _log = new();

    [Fact]
    public void Reload_OfANewCertificate_PutsItInForce()
    {
        var store = Store(_files.Make("one", "old.lab"));

        _files.Make("one", "new.lab");

        Assert.Empty(store.Reload());
        Assert.Equal(["new.lab"], store.Current.Default.Names);
    }

    [Fact]
    public void Reload_OfABrokenCertificate_KeepsTheOldAndNamesTheFile()
    {
        var files = _files.Make("one", "old.lab");
        var store = Store(files, _files.Make("two", "two.lab"));

        _files.Write("one.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        _files.Make("two", "newer.lab");

        Assert.Contains(files.CertificateFile, Assert.Single(store.Reload()), StringComparison.Ordinal);
        Assert.Equal([["old.lab"], ["newer.lab"]], store.Current.All.Select(certificate => certificate.Names));
    }

    [Fact]
    public void Reload_OfAKeyOfAnotherCertificate_KeepsTheOldAndNamesTheKeyFile()
    {
        var files = _files.Make("one", "old.lab");
        var store = Store(files);

        File.Copy(_files.Make("two", "two.lab").KeyFile, files.KeyFile, true);

        Assert.Contains(files.KeyFile, Assert.Single(store.Reload()), StringComparison.Ordinal);
        Assert.Equal(["old.lab"], store.Current.Default.Names);
    }

    [Fact]
    public void Reload_OfACertificateThatIsOver_KeepsTheOld()
    {
        var store = Store(_files.Make("one", "old.lab"));

        _files.Make("one", DateTimeOffset.UtcNow.AddDays(-1), "over.lab");

        Assert.Contains("is over", Assert.Single(store.Reload()), StringComparison.Ordinal);
        Assert.Equal(["old.lab"], store.Current.Default.Names);
    }

    [Fact]
    public void Poll_WaitsUntilAChangeHasSettled()
    {
        var store = Store(_files.Make("one", "old.lab"));

        _files.Make("one", "new.lab");
        store.Poll();
        var early = store.Current.Default.Names;
        store.Poll();

        Assert.Equal(["old.lab"], early);
        Assert.Equal(["new.lab"], store.Current.Default.Names);
    }

    [Fact]
    public void Poll_OfABrokenFile_LogsOnceAndRecovers()
    {
        var files = _files.Make("one", "old.lab");
        var store = Store(files);

        File.Delete(files.KeyFile);
        for (var i = 0; i < 5; i++)
        {
            store.Poll();
        }

        Assert.Contains(files.KeyFile, Assert.Single(_log.Errors), StringComparison.Ordinal);

        _files.Make("one", "new.lab");
        store.Poll();
        store.Poll();

        Assert.Equal(["new.lab"], store.Current.Default.Names);
        Assert.Single(_log.Errors);
    }

    [Fact]
    public async Task NewConnections_UseTheNewCertificate()
    {
        var files = _files.Make("one", "old.lab");
        using var pair = await DaemonTlsPair.ConnectAsync(DaemonTlsPair.Config(files));

        File.Copy(_files.MakeRsa("two", "new.lab").CertificateFile, files.CertificateFile, true);
        File.Copy(Path.Combine(_files.Folder, "two.key"), files.KeyFile, true);
        pair.Certificates.Reload();
        var connection = await pair.ShakeHandsAsync(DaemonTlsPair.Options("new.lab"));

        Assert.Equal("CN=two", pair.Shown);
        Assert.True(connection.Certificate.Covers("new.lab"));
    }

    public void Dispose() => _files.Dispose();

    private CertificateStore Store(params CertificateConfig[] files) => new(DaemonTlsPair.Config(files), TimeProvider.System, _log);

    private sealed class ErrorLog : ILogger<CertificateStore>
    {
        public List<string> Errors { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Error)
            {
                Errors.Add(formatter(state, exception));
            }
        }
    }
}
