using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Splice.Hooks;

/// <summary>The connection as the browser made it: its addresses, the flow's id, and the counted transport.</summary>
internal sealed class SpliceConnectionContext(ConnectionContext inner, SpliceFlow flow) : ConnectionContext, IDuplexPipe
{
    public override string ConnectionId { get; set; } = flow.Flow.ToString();

    public override IFeatureCollection Features => inner.Features;

    public override IDictionary<object, object?> Items { get => inner.Items; set => inner.Items = value; }

    public override EndPoint? LocalEndPoint { get; set; } = flow.Preamble.Virtual;

    public override EndPoint? RemoteEndPoint { get; set; } = flow.Preamble.Client;

    /// <summary>
    /// The transport says closed as soon as the client ends its direction, and Kestrel then aborts the answer it is
    /// writing. A client may end its direction and still wait for its answer, so only a broken transport counts here;
    /// an orderly end is found by reading.
    /// </summary>
    public override CancellationToken ConnectionClosed { get; set; } = flow.Broken;

    public override IDuplexPipe Transport { get => this; set => throw new NotSupportedException("the transport is the splice's"); }

    public PipeReader Input => flow.Input;

    public PipeWriter Output => flow.Output;

    public override void Abort() => Abort(new ConnectionAbortedException("the application aborted the connection"));

    public override void Abort(ConnectionAbortedException abortReason) => flow.Abort(abortReason);
}
