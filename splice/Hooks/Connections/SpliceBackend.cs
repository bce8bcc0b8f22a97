using System.Net.Sockets;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Splice.Store;
using Splice.Wire;
using Splice.Wire.Tls;

namespace Splice.Hooks;

/// <summary>This process as a backend: the store it writes to, the flows it owns, the build it runs.</summary>
internal sealed class SpliceBackend : IAsyncDisposable
{
    private readonly SpliceOptions _options;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly ILogger _log;
    private readonly TlsSecretsSeal _tlsSecrets;
    private readonly ConcurrentDictionary<SpliceFlow, bool> _flows = new();

    public SpliceBackend(
        SpliceOptions options,
        SpliceMetrics metrics,
        IHostApplicationLifetime lifetime,
        OpenFiles files,
        ILogger<SpliceBackend> log,
        ILogger<FlowStore> storeLog)
    {
        _lifetime = lifetime;
        _options = options;
        _log = log;
        _tlsSecrets = new TlsSecretsSeal(options.ClusterKey.Span);
        Metrics = metrics;
        Files = files;
        Build = options.Build ?? BuildIdentity.OfApplication();
        Store = FlowStore.Connect(
            new StoreOptions
            {
                Nodes = options.Stores,
                ClusterKey = options.ClusterKey,
                Machine = options.Machine ?? options.Name,
                WhenUnavailable = options.WhenUnavailable,
            },
            TimeProvider.System,
            storeLog);
    }

    public FlowStore Store { get; }

    public SpliceMetrics Metrics { get; }

    public OutputMemory OutputMemory { get; } = new();

    public OpenFiles Files { get; }

    public string Build { get; }

    /// <summary>How a flow learns what the client has acknowledged; tests play the client.</summary>
    public Func<Socket?, Func<ulong, bool>> AckProbes { get; set; } = socket => new AckProbe(socket).IsAcknowledged;

    /// <summary>Store nodes that take what is written and have everything.</summary>
    public byte Stores => (byte)Store.Nodes.Count(node => node.Healthy);

    public int Flows => _flows.Count;

    /// <summary>Makes the flow this backend's own; null if it cannot continue it.</summary>
    public async ValueTask<SpliceFlow?> TakeAsync(ConnectionContext connection, Preamble preamble)
    {
        try
        {
            var flow = await CreateAsync(connection, preamble);
            _flows.TryAdd(flow, true);
            return flow;
        }
        catch (DivergenceException e)
        {
            // Another backend, of the right build, may still be able to: refuse, but do not cut.
            Metrics.Diverged();
            _log.LogError("flow {Flow} cannot be continued here: {Reason}", preamble.Flow, e.Message);
            return null;
        }
        catch (Exception e) when (e is FenceException or StoreUnavailableException
            or System.Security.Cryptography.CryptographicException)
        {
            _log.LogError("flow {Flow} cannot be continued here: {Reason}", preamble.Flow, e.Message);
            return null;
        }
    }

    public void Left(SpliceFlow flow)
    {
        _flows.TryRemove(flow, out _);
        _log.LogDebug("flow {Flow} left", flow.Flow);
    }

    /// <summary>
    /// Declares the output complete, so that the FIN that follows may reach the client. Only an end between two requests
    /// is an end; everything else is a crash, and handed over.
    /// </summary>
    public async ValueTask CompleteAsync(SpliceFlow flow)
    {
        // Kestrel closes idle connections when it shuts down. The browser must not notice: those flows move elsewhere.
        if (flow.IsAborted || flow.IsAnswering || flow.Input.IsBroken || _lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return;
        }

        try
        {
            await flow.Output.CloseAsync();
        }
        catch (Exception e) when (e is FenceException or StoreUnavailableException or IOException)
        {
            _log.LogInformation("flow {Flow} ended but its completion was not recorded: {Reason}", flow.Flow, e.Message);
        }
    }

    /// <summary>
    /// Gives up the flows that have moved on while this process was frozen or cut off. TCP would keep them, and their files, for many
    /// minutes: nobody tells it that they are over, and a flow whose client takes nothing never asks the stores.
    /// </summary>
    public async Task GiveUpMovedAsync()
    {
        foreach (var flow in _flows.Keys)
        {
            try
            {
                // One after the other: whoever writes for a client must not wait behind all of them.
                await Store.RenewAsync(flow.Flow, flow.Preamble.Fence, CancellationToken.None);
            }
            catch (FenceException e)
            {
                flow.GiveUp(e);
            }
            catch (Exception e) when (e is StoreUnavailableException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        _tlsSecrets.Dispose();
        return Store.DisposeAsync();
    }

    private async ValueTask<SpliceFlow> CreateAsync(ConnectionContext connection, Preamble preamble)
    {
        SpliceFlow? flow = null;
        var journal = new FlowJournal(
            Store, isOff: !_options.Journal, preamble.Flow, preamble.Fence, Build, e => flow?.GiveUp(e));
        var secrets = preamble.SealedTls.IsEmpty
            ? null
            : _tlsSecrets.Open(preamble.Flow, preamble.SealedTls.Span);
        var request = new RequestStart(
            1, preamble.InputOffset, preamble.OutputOffset, secrets is null ? null : default(TlsPosition));
        JournalReplay? replay = null;
        if (preamble.Mode == PreambleMode.HandedOver && _options.Journal)
        {
            var journaled = await Store.ReadJournalAsync(preamble.Flow, CancellationToken.None);
            request = journaled.Request with { Tls = secrets is null ? null : journaled.Request.Tls ?? default(TlsPosition) };
            journaled = journaled with { Request = request };
            replay = JournalReplay.Parse(journaled);
            HandoverCheck.ThrowIfNotOurs(replay, preamble, Build);
            // First of all every node gets the united journal, under the new fence; the output will wait for it.
            journal.Continue(journaled);
            _ = journal.CommitAsync();
            Metrics.HandedOver();
        }
        else
        {
            journal.Begin(request);
        }

        var transport = ClientTransport.Open(
            connection.Transport, preamble, secrets, request.Tls ?? default, e => flow?.GiveUp(e));
        if (transport.Suite is { } suite)
        {
            ShowTls(connection, new TlsFeature(suite, preamble.Host));
        }

        var socket = connection.Features.Get<IConnectionSocketFeature>()?.Socket;
        flow = new SpliceFlow(connection, transport, preamble, request, replay, journal, AckProbes(socket), this);
        flow.Output.Ticket = secrets?.Ticket ?? default;
        return flow;
    }

    private static void ShowTls(ConnectionContext connection, TlsFeature tls)
    {
        connection.Features.Set<ITlsConnectionFeature>(tls);
        connection.Features.Set<ITlsHandshakeFeature>(tls);
        connection.Features.Set<ITlsApplicationProtocolFeature>(tls);
    }

    public void GivenUp(SpliceFlow flow, Exception why)
    {
        if (_lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Kestrel aborts what is left when it shuts down; those flows move elsewhere.
            return;
        }

        if (why is FenceException)
        {
            _log.LogInformation("flow {Flow} has a new owner", flow.Flow);
            return;
        }

        if (why is DivergenceException)
        {
            Metrics.Diverged();
            _log.LogError("flow {Flow} is cut: {Reason}", flow.Flow, why.Message);
        }

        _ = CutAsync(flow, why.Message);
    }

    private async Task CutAsync(SpliceFlow flow, string reason)
    {
        try
        {
            await Store.CutAsync(flow.Flow, flow.Preamble.Fence, reason, CancellationToken.None);
        }
        catch (Exception e) when (e is FenceException or StoreUnavailableException or ObjectDisposedException)
        {
            _log.LogInformation("flow {Flow} was given up, nobody needs to know: {Reason}", flow.Flow, e.Message);
        }
    }
}
