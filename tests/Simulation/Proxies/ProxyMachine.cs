using System.Net.Sockets;
using Splice.Daemon.Kernel;
using Splice.Daemon.Splicing;
using Splice.Wire;
using Tests.Simulation.Cases;
using Tests.Simulation.Engine;
using Tests.Simulation.Network;
using Tests.Simulation.Stores;

namespace Tests.Simulation.Proxies;

/// <summary>A proxy machine: its kernel with the splice in it, its sockets, spliced and a store node.</summary>
internal sealed class ProxyMachine
{
    /// <summary>Packets that stop for a while between the kernel program and their socket, since the processor does.</summary>
    private const double Stalled = 0.05;
    private const double StallMaxMilliseconds = 3;

    /// <summary>Backends that reset a new leg while they are told what the client has said meanwhile.</summary>
    private const double ResetWhileTold = 0.1;
    private readonly Appliance _appliance;
    private readonly FlowTable _slots;
    private readonly Dictionary<(FlowEnd Local, FlowEnd Remote), TcpEnd> _sockets = [];
    private Action _resetYoungestLeg = () => { };

    public ProxyMachine(Appliance appliance, int number, StoreServer store)
    {
        (_appliance, Store) = (appliance, store);
        _slots = SlotMemory.Of(number);
        Kernel = new KernelModel(appliance.World, _slots, Events, ForwardToClient, segment => appliance.ToBackend(Machine, segment));
        Kernel.Clear();
        Events.Filled = () => appliance.World.After(appliance.World.Between(0, 0.5), () => Spliced!.TakeEvents());
        Spliced = new Spliced(appliance, this, _slots, number == 0);
    }

    public Machine Machine => Store.Machine;

    public StoreServer Store { get; }

    public EventQueue Events { get; } = new();

    public KernelModel Kernel { get; }

    public Spliced Spliced { get; private set; }

    public void Take(Segment segment)
    {
        if (Kernel.Take(segment))
        {
            return;
        }

        if (_appliance.World.Chance(Stalled))
        {
            // The program has let it pass; meanwhile spliced may steal what follows, and even close the socket.
            _appliance.World.After(_appliance.World.Between(0, StallMaxMilliseconds), () => ToSocket(segment));
        }
        else
        {
            ToSocket(segment);
        }
    }

    public void Inject(Segment segment)
    {
        if (segment.From == _appliance.Virtual)
        {
            _appliance.Checks.Acknowledged(Machine, segment, "injected");
            _appliance.ToClient(Machine, segment);
        }
        else
        {
            _appliance.ToBackend(Machine, segment);
        }
    }

    /// <summary>A connection that a client has made and whose first bytes have been read.</summary>
    public ILegSocket Accept(FlowEnd client, uint receiveSeq, uint sendSeq)
    {
        var tcp = new TcpEnd(
            _appliance.World, _appliance.Virtual, client, sendSeq, receiveSeq, TcpEnd.ReceiveWindow, FromClientsSocket);
        return Add(tcp, () => ResetPerhaps(client));
    }

    /// <summary>From the inner address: the answer finds its way only to the machine that has it.</summary>
    public Task<ILegSocket> ConnectAsync(Process process, FlowEnd from, FlowEnd to, CancellationToken cancellationToken)
    {
        var connected = new TaskCompletionSource<ILegSocket>();
        cancellationToken.Register(() => connected.TrySetCanceled(cancellationToken));
        var seq = (uint)_appliance.World.Random.Next();
        var backend = _appliance.BackendAt(to);
        _appliance.Wires.Send(Machine, backend.Machine, () =>
        {
            var accepted = backend.Accept(from, seq);
            if (_appliance.Owner != this)
            {
                return;
            }

            _appliance.Wires.Send(backend.Machine, Machine, () => process.Deliver(() =>
            {
                if (accepted is null)
                {
                    connected.TrySetException(new SocketException((int)SocketError.ConnectionRefused));
                    return;
                }

                // The window is rewritten to zero on its way out (splice/kernel/connecting.h).
                var tcp = new TcpEnd(
                    _appliance.World, from, to, seq, accepted.Value, TcpEnd.ReceiveWindow, segment => _appliance.ToBackend(Machine, segment))
                {
                    Window = 0,
                };
                if (!connected.TrySetResult(Add(tcp, () => { })))
                {
                    Remove(tcp);
                }

                _resetYoungestLeg = () => backend.Reset(from);
            }));
        });
        return connected.Task;
    }

    public void KillSpliced()
    {
        Spliced.Process.Kill();
        // What its sockets would say is dropped by a guard on the way out.
        foreach (var socket in _sockets.Values)
        {
            socket.Vanish();
        }

        _sockets.Clear();
    }

    public void Die()
    {
        KillSpliced();
        Machine.IsDead = true;
        Store.Kill();
        Kernel.Clear();
        Events.Clear();
    }

    public void StartSpliced(bool isActive) => Spliced = new Spliced(_appliance, this, _slots, isActive);

    private void ToSocket(Segment segment)
    {
        if (_sockets.TryGetValue((segment.To, segment.From), out var socket))
        {
            socket.Take(segment);
        }
    }

    private ILegSocket Add(TcpEnd tcp, Action read)
    {
        _sockets[(tcp.Local, tcp.Remote)] = tcp;
        return new SimulatedLeg(tcp, () => Remove(tcp), read);
    }

    /// <summary>If what the client's socket was read for are the last bytes it will ever hold.</summary>
    private void ResetPerhaps(FlowEnd client)
    {
        if (Kernel.HasClient(client, _appliance.Virtual) && _appliance.World.Chance(ResetWhileTold))
        {
            _appliance.World.Trace.Add(_appliance.World.NowNs, Machine.Name, "reads the rest, and the youngest leg is reset");
            _resetYoungestLeg();
        }
    }

    private void Remove(TcpEnd tcp)
    {
        tcp.Vanish();
        if (_sockets.GetValueOrDefault((tcp.Local, tcp.Remote)) == tcp)
        {
            _sockets.Remove((tcp.Local, tcp.Remote));
        }
    }

    private void FromClientsSocket(Segment segment)
    {
        if (!Kernel.HasClient(segment.To, segment.From))
        {
            _appliance.ToClient(Machine, segment);
        }
    }

    private void ForwardToClient(Segment segment)
    {
        _appliance.Checks.Acknowledged(Machine, segment, "forwarded");
        _appliance.ToClient(Machine, segment);
    }
}
