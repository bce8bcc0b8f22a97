using System.Runtime.InteropServices;
using System.Text;
using Splice.Daemon.Accept;
using Splice.Store;
using Splice.Wire;
using Tests.Simulation.Backends;
using Tests.Simulation.Cases;
using Tests.Simulation.Network;

namespace Tests.Simulation.Clients;

/// <summary>
/// Asks one question after the other on one connection, and checks every byte of the answers as it comes. A connection that
/// was not protected yet when its proxy died it makes anew, as browsers do; a protected one must go on.
/// </summary>
internal sealed class Client
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);
    private static readonly byte[] HighestFence = Encoding.ASCII.GetBytes(FlowStore.HighestFence);
    private readonly Appliance _appliance;
    private readonly Workload _workload;
    private readonly Machine _machine;
    private readonly int _number;
    private readonly List<byte> _answer = [];
    private TcpEnd? _tcp;
    private byte[] _request = [];
    private byte[]? _expected;
    private int _answered;
    private int _attempts;
    private ulong _inputBytes;
    private uint _firstSeq;

    public Client(Appliance appliance, Workload workload, Machine machine, int number)
    {
        (_appliance, _workload, _machine, _number) = (appliance, workload, machine, number);
        appliance.World.After(appliance.World.Chance(0.7) ? appliance.World.Between(300, 500) : appliance.World.Between(300, 4000), Connect);
    }

    public FlowEnd End { get; private set; }

    public FlowId Flow { get; private set; }

    public string FlowKey => $"flow:{Flow}";

    public bool IsDone { get; private set; }

    /// <summary>True if a protected connection was cut.</summary>
    public bool IsCut { get; private set; }

    public bool IsProtected => _appliance.Proxies.Any(proxy => proxy.Store.Model.Get(FlowKey, "record") is not null);

    /// <summary>A store knows that the flow is over.</summary>
    public bool IsRemoved => _appliance.Proxies.Any(proxy => proxy.Store.Model.Get(FlowKey, "fence").AsSpan().SequenceEqual(HighestFence));

    public override string ToString() =>
        $"client {_number} (flow {Flow}, attempt {_attempts}): {_answered} of {_workload.Requests} answers and {_answer.Count} bytes of the next";

    /// <summary>How much of its input an acknowledgement covers. Nothing, if it is a late one from within the preamble.</summary>
    public ulong InputOffset(uint ack) => Math.Min(_inputBytes, (ulong)Math.Max(0, (int)(ack - _firstSeq)));

    /// <summary>False if the connection is not known any more.</summary>
    public bool TryTake(Segment segment)
    {
        if (_tcp is not { IsGone: false } tcp || segment.To != tcp.Local)
        {
            return false;
        }

        tcp.Take(segment);
        return true;
    }

    private void Connect()
    {
        if (!_appliance.CanAccept(_machine))
        {
            _appliance.World.After(TimeSpan.FromMilliseconds(200), Connect);
            return;
        }

        _attempts++;
        _answered = 0;
        _answer.Clear();
        Flow = new FlowId(new UInt128((ulong)_appliance.World.Random.NextInt64(), (ulong)_appliance.World.Random.NextInt64()));
        End = _appliance.ClientEnd(_number, _attempts);
        MakeRequest();
        // What fits into the first segment has been read when spliced begins.
        var head = _request[..Math.Min(_request.Length, 600)];
        _firstSeq = (uint)_appliance.World.Random.Next();
        var serverSeq = (uint)_appliance.World.Random.Next();
        _inputBytes = (ulong)_request.Length;
        var tcp = _tcp = new TcpEnd(
            _appliance.World, End, _appliance.Virtual, _firstSeq + (uint)head.Length, serverSeq, TcpEnd.ReceiveWindow,
            segment => _appliance.ToVirtual(_machine, segment));
        tcp.Received = bytes => Receive(tcp, bytes);
        tcp.Finished = () => Finish(tcp);
        tcp.Reset = () => WasReset(tcp);
        _appliance.Accept(
            Flow, new RequestHead("POST", "/", "webmail", null, head.Length, _request.Length - head.Length), head,
            End, _firstSeq + (uint)head.Length, serverSeq);
        tcp.Write(_request.AsSpan(head.Length));
        var attempt = _attempts;
        _appliance.World.After(ConnectTimeout, () => GiveUp(attempt));
    }

    private void MakeRequest()
    {
        _request = Content.Request(
            _answered + 1,
            _appliance.World.Random.Next(_workload.BodyBytesMin, _workload.BodyBytesMax),
            _appliance.World.Random.Next(_workload.AnswerBytesMin, _workload.AnswerBytesMax),
            (ulong)_appliance.World.Random.NextInt64());
        _expected = null;
    }

    private void Receive(TcpEnd tcp, byte[] bytes)
    {
        if (tcp != _tcp)
        {
            return;
        }

        _answer.AddRange(bytes);
        if (_answer.Count < Content.AnswerHeadBytes)
        {
            return;
        }

        var got = CollectionsMarshal.AsSpan(_answer);
        // Once for all segments: it was most of a run's work.
        _expected ??= Content.Answer(_request, Content.Entropy(got));
        var same = got.CommonPrefixLength(_expected);
        if (same < got.Length)
        {
            _appliance.Verdict.Fail($"{this}: byte {same} of the answer, of {_expected.Length}, is not that of one execution");
            return;
        }

        if (got.Length == _expected.Length)
        {
            _answered++;
            _answer.Clear();
            _appliance.World.After(_appliance.World.Between(_workload.ThinkMin, _workload.ThinkMax), () => Continue(tcp));
        }
    }

    private void Continue(TcpEnd tcp)
    {
        if (tcp != _tcp)
        {
            return;
        }

        if (_answered == _workload.Requests)
        {
            tcp.Close();
            return;
        }

        MakeRequest();
        _inputBytes += (ulong)_request.Length;
        tcp.Write(_request);
    }

    private void Finish(TcpEnd tcp)
    {
        if (tcp != _tcp)
        {
            return;
        }

        if (_answered < _workload.Requests)
        {
            _appliance.Verdict.Fail($"{this}: its connection ends although its answers are not complete (I4)");
        }

        IsDone = true;
    }

    private void WasReset(TcpEnd tcp)
    {
        // Late, after the answers and the end: nobody would ask again.
        if (tcp != _tcp || IsDone)
        {
            return;
        }

        _tcp = null;
        if (IsProtected)
        {
            _appliance.World.Trace.Line(_appliance.World.NowNs, "client", $"{this} was cut");
            (IsCut, IsDone) = (true, true);
            return;
        }

        _appliance.World.After(TimeSpan.FromMilliseconds(100), Connect);
    }

    private void GiveUp(int attempt)
    {
        if (attempt == _attempts && _tcp is { } tcp && !IsDone && !IsProtected && _answered == 0 && _answer.Count == 0)
        {
            tcp.Vanish();
            _tcp = null;
            Connect();
        }
    }
}
