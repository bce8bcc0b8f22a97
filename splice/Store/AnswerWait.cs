namespace Splice.Store;

/// <summary>
/// How long the answers to one question are waited for: until all have come, or those that have not are from nodes that are silent. A
/// node that answers others is busy, not dead: its turn comes.
/// </summary>
/// <remarks>
/// <para>While another live node has answered, silence is judged soon; otherwise perhaps we are the slow one, and to give up the last
/// node is to go on unprotected: patience is longer.</para>
/// <para>One watch looks after all questions that wait. A timer for each, over and over, took a third of the time of a backend that
/// continues thousands of flows.</para>
/// </remarks>
internal sealed class AnswerWait(IReadOnlyList<NodeConnection> nodes, StoreOptions options, TimeProvider time)
{
    /// <summary>A node that has been silent already when it is asked is not waited for longer than the next tick.</summary>
    private const int TicksOfTimeout = 5;
    private readonly bool _noneIsElsewhere = nodes.All(node => !node.IsElsewhere);
    private readonly Lock _lock = new();
    private readonly List<Question> _asked = [];
    private readonly List<Question> _watched = [];
    private bool _isWatching;

    /// <param name="pending">By node; null where none was asked.</param>
    /// <param name="survives">One on this machine is not another, if there is one elsewhere: who is silent is waited for with the longer
    /// patience, or until somebody else has found it dead.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task WaitAsync(Task<StoreAnswer>?[] pending, bool survives, CancellationToken cancellationToken)
    {
        Task all = Task.WhenAll(pending.OfType<Task<StoreAnswer>>());
        if (all.IsCompleted)
        {
            return;
        }

        var question = new Question(pending, all, survives, time.GetTimestamp());
        Watch(question);
        using (cancellationToken.UnsafeRegister(static question => ((Question)question!).GiveUp(), question))
        {
            await Task.WhenAny(all, question.GivenUp);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private void Watch(Question question)
    {
        lock (_lock)
        {
            _asked.Add(question);
            if (_isWatching)
            {
                return;
            }

            _isWatching = true;
        }

        _ = WatchAsync();
    }

    /// <summary>Until nothing waits any more.</summary>
    private async Task WatchAsync()
    {
        var tick = options.NodeTimeout / TicksOfTimeout;
        do
        {
            var began = time.GetTimestamp();
            await Task.Delay(tick, time);
            TakeAsked();
            if (time.GetElapsedTime(began) > tick + options.NodeTimeout)
            {
                // It is we who did not run: the answers may lie here unread.
                foreach (var question in _watched.Where(question => time.GetElapsedTime(question.AskedAt) < options.UnavailableTimeout))
                {
                    question.SilentFrom = time.GetTimestamp();
                }
            }

            if (nodes.Any(node => node.State == NodeState.Away || node.IsSilent(from: 0, options.NodeTimeout)))
            {
                foreach (var question in _watched.Where(IsEnough))
                {
                    // Not here: what goes on then may take long.
                    _ = Task.Factory.StartNew(question.GiveUp, CancellationToken.None, TaskCreationOptions.DenyChildAttach, TaskScheduler.Current);
                }
            }
        }
        while (Continues());
    }

    private void TakeAsked()
    {
        lock (_lock)
        {
            _watched.AddRange(_asked);
            _asked.Clear();
        }

        _watched.RemoveAll(question => question.IsOver);
    }

    private bool Continues()
    {
        lock (_lock)
        {
            return _isWatching = _watched.Count + _asked.Count > 0;
        }
    }

    private bool IsEnough(Question question)
    {
        NodeConnection[] answered = [.. Nodes(question, answered: true).Where(node => node.State == NodeState.Live)];
        var least = answered.Any(node => !question.Survives || node.IsElsewhere || _noneIsElsewhere) ? options.NodeTimeout : options.UnavailableTimeout;
        return Nodes(question, answered: false).All(
            node => (answered.Length > 0 && node.State == NodeState.Away) || node.IsSilent(question.SilentFrom, least));
    }

    private IEnumerable<NodeConnection> Nodes(Question question, bool answered) =>
        nodes.Where((_, i) => question.Pending[i] is { } task && task.IsCompleted == answered);

    /// <summary>What some nodes were asked and have not all answered.</summary>
    private sealed class Question(Task<StoreAnswer>?[] pending, Task all, bool survives, long askedAt)
    {
        private readonly TaskCompletionSource _givenUp = new();

        public Task<StoreAnswer>?[] Pending => pending;

        public bool Survives => survives;

        public long AskedAt => askedAt;

        /// <summary>A silence that began earlier counts from here.</summary>
        public long SilentFrom { get; set; }

        public Task GivenUp => _givenUp.Task;

        public bool IsOver => all.IsCompleted || GivenUp.IsCompleted;

        public void GiveUp() => _givenUp.TrySetResult();
    }
}
