using Tests.Simulation.Backends;
using Tests.Simulation.Engine;
using Tests.Simulation.Proxies;

namespace Tests.Simulation.Cases;

/// <summary>Something that fails at a random instant, and, mostly, comes back.</summary>
/// <param name="Name">In words.</param>
/// <param name="Strike">Lets it happen.</param>
/// <param name="IsBeyondPromise">Flows may be cut, and input may be acknowledged that is nowhere.</param>
internal sealed record Fault(string Name, Action<Appliance> Strike, bool IsBeyondPromise = false)
{
    public static readonly IReadOnlyList<Fault> All =
    [
        new("nothing", _ => { }),
        new("backend killed", appliance => Kill(appliance, Victim(appliance))),
        new("backend frozen", appliance => Freeze(appliance, Victim(appliance))),
        new("backend unplugged", Unplug),
        new("backend and its successor killed", KillTwo),
        new("every backend killed for longer than a flow waits", KillAll, IsBeyondPromise: true),
        new("spliced killed", KillSpliced),
        new("proxy frozen", appliance => Freeze(appliance, appliance.Owner)),
        new("proxy unplugged", appliance => Unplug(appliance, appliance.Owner)),
        new("proxy rebooted", appliance => Reboot(appliance, appliance.Owner)),
        new("standby rebooted", appliance => Reboot(appliance, appliance.Standby)),
        new("standby rebooted, then the active proxy", appliance =>
        {
            Reboot(appliance, appliance.Standby);
            // Promised is a second after the first has returned.
            appliance.World.After(appliance.World.Between(4200, 5000), () => Reboot(appliance, appliance.Owner));
        }),
        new("store killed", appliance => KillStore(appliance, appliance.World.Random.Next(2))),
        new("store frozen", FreezeStore),
        new("stores killed in turn", KillStoresInTurn),
        new("stores killed at once", KillStoresAtOnce, IsBeyondPromise: true),
        new("machine of proxy and backend dies", appliance =>
        {
            Kill(appliance, Victim(appliance));
            Reboot(appliance, appliance.Owner);
        }),
        new("proxy and backend frozen", appliance =>
        {
            Freeze(appliance, Victim(appliance));
            Freeze(appliance, appliance.Owner);
        }),
        new("backends drained in turn", appliance => Drain(appliance, 0)),
        new("backends not ready in turn", appliance => Unready(appliance, 0)),
        new("heartbeats late", appliance => Mute(appliance, TimeSpan.FromSeconds(3))),
        new("everybody starved, then the addresses moved", appliance =>
        {
            Starve(appliance, TimeSpan.FromSeconds(4));
            appliance.MoveAddresses(appliance.Owner, appliance.World.Between(200, 3000), planned: true);
        }),
        // In the middle of a handover.
        new("backend killed, then proxy frozen", appliance =>
        {
            Kill(appliance, Victim(appliance));
            appliance.World.After(appliance.World.Between(0, 5), () => Freeze(appliance, appliance.Owner));
        }),
        new("backend killed, then proxy rebooted", appliance =>
        {
            Kill(appliance, Victim(appliance));
            appliance.World.After(appliance.World.Between(0, 5), () => Reboot(appliance, appliance.Owner));
        }),
    ];

    public override string ToString() => Name;

    /// <summary>The backend of some client.</summary>
    private static BackendMachine Victim(Appliance appliance)
    {
        var client = appliance.Clients[appliance.World.Random.Next(appliance.Clients.Count)];
        var name = appliance.Owner.Spliced.Directory.Find(client.Flow)?.Record.Backend;
        return appliance.Backends.FirstOrDefault(backend => backend.Machine.Name == name) ?? appliance.Backends[0];
    }

    private static void Kill(Appliance appliance, BackendMachine backend)
    {
        appliance.Disturb($"{backend.Machine.Name} killed");
        backend.Kill();
        appliance.World.After(appliance.World.Between(300, 1500), () =>
        {
            appliance.Disturb($"{backend.Machine.Name} started");
            backend.Start();
        });
    }

    private static void KillTwo(Appliance appliance)
    {
        Kill(appliance, Victim(appliance));
        appliance.World.After(appliance.World.Between(1600, 2500), () => Kill(appliance, Victim(appliance)));
    }

    private static void KillAll(Appliance appliance)
    {
        foreach (var backend in appliance.Backends)
        {
            appliance.Disturb($"{backend.Machine.Name} killed");
            backend.Kill();
            appliance.World.After(Appliance.OrphanTimeout + appliance.World.Between(500, 3000), () =>
            {
                appliance.Disturb($"{backend.Machine.Name} started");
                backend.Start();
            });
        }
    }

    private static void Freeze(Appliance appliance, BackendMachine backend)
    {
        appliance.Disturb($"{backend.Machine.Name} frozen");
        var process = backend.Process;
        process.Freeze();
        appliance.World.After(appliance.World.Between(50, 2500), () =>
        {
            appliance.Disturb($"{backend.Machine.Name} woken");
            process.Wake();
        });
    }

    private static void Drain(Appliance appliance, int number)
    {
        if (number == appliance.Backends.Count)
        {
            return;
        }

        var backend = appliance.Backends[number].Machine.Name;
        Set(true);
        appliance.World.After(appliance.World.Between(400, 1200), () =>
        {
            Set(false);
            Drain(appliance, number + 1);
        });

        void Set(bool draining)
        {
            appliance.Disturb($"{backend} {(draining ? "drained" : "taken back")}");
            foreach (var proxy in appliance.Proxies)
            {
                proxy.Spliced.Drain(backend, draining);
            }
        }
    }

    /// <summary>Long enough for its flows to leave; the last and the first at once.</summary>
    private static void Unready(Appliance appliance, int number)
    {
        if (number > appliance.Backends.Count)
        {
            return;
        }

        var backend = appliance.Backends[number % appliance.Backends.Count];
        appliance.Disturb($"{backend.Machine.Name} not ready");
        backend.IsReady = false;
        appliance.World.After(appliance.World.Between(3200, 4000), () =>
        {
            appliance.Disturb($"{backend.Machine.Name} ready");
            backend.IsReady = true;
        });
        appliance.World.After(appliance.World.Between(number + 1 < appliance.Backends.Count ? 4100 : 0, 4500), () => Unready(appliance, number + 1));
    }

    /// <summary>Again and again some backend works on, but is not heard of.</summary>
    private static void Mute(Appliance appliance, TimeSpan left)
    {
        var backend = Victim(appliance);
        var length = appliance.World.Between(100, 400);
        appliance.Disturb($"{backend.Machine.Name} mute for {length.TotalMilliseconds} ms");
        backend.IsMute = true;
        appliance.World.After(length, () =>
        {
            backend.IsMute = false;
            if (left > length)
            {
                Mute(appliance, left - length);
            }
        });
    }

    /// <summary>Too few processors: every process runs for some milliseconds, then waits for its turn.</summary>
    private static void Starve(Appliance appliance, TimeSpan length)
    {
        var end = appliance.World.NowNs + (long)length.TotalNanoseconds;
        foreach (var process in appliance.Processes)
        {
            Wait(process);
        }

        void Wait(Process process)
        {
            process.Freeze();
            appliance.World.After(appliance.World.Between(5, 150), () =>
            {
                process.Wake();
                if (appliance.World.NowNs < end)
                {
                    appliance.World.After(appliance.World.Between(1, 20), () => Wait(process));
                }
            });
        }

        appliance.Disturb("everybody starved");
        appliance.World.After(length, () => appliance.Disturb("nobody starved"));
    }

    private static void Unplug(Appliance appliance)
    {
        var machine = Victim(appliance).Machine;
        appliance.Disturb($"{machine.Name} unplugged");
        machine.IsLinked = false;
        appliance.World.After(appliance.World.Between(50, 2500), () =>
        {
            appliance.Disturb($"{machine.Name} plugged in");
            machine.IsLinked = true;
        });
    }

    private static void KillSpliced(Appliance appliance)
    {
        var proxy = appliance.Owner;
        appliance.Disturb($"spliced of {proxy.Machine.Name} killed");
        proxy.KillSpliced();
        var check = TimeSpan.FromSeconds(2);
        var back = appliance.World.Between(300, 3000);
        if (back > check)
        {
            appliance.MoveAddresses(proxy, check);
        }

        appliance.World.After(back, () =>
        {
            appliance.Disturb($"spliced of {proxy.Machine.Name} started");
            proxy.StartSpliced(appliance.Owner == proxy);
        });
    }

    private static void Freeze(Appliance appliance, ProxyMachine proxy)
    {
        appliance.Disturb($"{proxy.Machine.Name} frozen");
        proxy.Spliced.Process.Freeze();
        proxy.Store.Process.Freeze();
        appliance.MoveAddresses(proxy, appliance.World.Between(120, 200));
        appliance.World.After(appliance.World.Between(300, 3000), () =>
        {
            appliance.Disturb($"{proxy.Machine.Name} woken");
            proxy.Spliced.Process.Wake();
            proxy.Store.Process.Wake();
            // keepalived hears the other's adverts, and the address watcher hears of that.
            appliance.World.After(appliance.World.Between(1, 150), () => proxy.Spliced.SetActive(appliance.Owner == proxy));
        });
    }

    private static void Unplug(Appliance appliance, ProxyMachine proxy)
    {
        appliance.Disturb($"{proxy.Machine.Name} unplugged");
        proxy.Machine.IsLinked = false;
        appliance.MoveAddresses(proxy, appliance.World.Between(120, 200));
        // Its keepalived sees the link go.
        appliance.World.After(appliance.World.Between(1, 300), () => proxy.Spliced.SetActive(false));
        appliance.World.After(appliance.World.Between(500, 3000), () =>
        {
            appliance.Disturb($"{proxy.Machine.Name} plugged in");
            proxy.Machine.IsLinked = true;
            appliance.World.After(appliance.World.Between(1, 150), () => proxy.Spliced.SetActive(appliance.Owner == proxy));
        });
    }

    private static void Reboot(Appliance appliance, ProxyMachine proxy)
    {
        appliance.Disturb($"{proxy.Machine.Name} dies");
        proxy.Die();
        appliance.MoveAddresses(proxy, appliance.World.Between(120, 200));
        appliance.World.After(appliance.World.Between(800, 3000), () =>
        {
            appliance.Disturb($"{proxy.Machine.Name} is back");
            proxy.Machine.IsDead = false;
            proxy.Store.Start();
            proxy.StartSpliced(false);
        });
    }

    private static void KillStore(Appliance appliance, int number)
    {
        var store = appliance.Stores[number];
        appliance.Disturb($"store {store.Node.Name} killed");
        store.Kill();
        appliance.World.After(appliance.World.Between(200, 1500), () =>
        {
            appliance.Disturb($"store {store.Node.Name} started");
            store.Start();
        });
    }

    private static void KillStoresInTurn(Appliance appliance)
    {
        var first = appliance.World.Random.Next(2);
        KillStore(appliance, first);
        // Promised is a second after the first has returned.
        appliance.World.After(appliance.World.Between(2700, 3500), () => KillStore(appliance, 1 - first));
    }

    private static void KillStoresAtOnce(Appliance appliance)
    {
        appliance.MayLoseInput = true;
        KillStore(appliance, 0);
        appliance.World.After(appliance.World.Between(0, 300), () => KillStore(appliance, 1));
    }

    private static void FreezeStore(Appliance appliance)
    {
        var process = appliance.Stores[appliance.World.Random.Next(2)].Process;
        appliance.Disturb($"{process.Name} frozen");
        process.Freeze();
        appliance.World.After(appliance.World.Between(20, 1500), () =>
        {
            appliance.Disturb($"{process.Name} woken");
            process.Wake();
        });
    }
}
