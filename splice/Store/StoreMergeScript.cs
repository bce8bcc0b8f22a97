namespace Splice.Store;

/// <summary>
/// Brings a node that was away up to date with what a healthy one exported, while writers are already writing to it again.
/// Never replaces anything newer: the higher fence wins, then the higher request, then entries are united by ordinal and
/// the input by offset.
/// </summary>
internal static class StoreMergeScript
{
    /// <summary>KEYS flow, journal, input; ARGV expiry, input bytes, number of flow fields and values, those, then ordinals
    /// and entries in turn.</summary>
    public const string Text = """
        local theirs = {}
        local fields = tonumber(ARGV[3])
        for i = 4, 3 + fields, 2 do theirs[ARGV[i]] = ARGV[i + 1] end
        local function ours(name) return tonumber(redis.call('HGET', KEYS[1], name) or '0') end
        local fence, request = ours('fence'), ours('request')
        local their_fence, their_request = tonumber(theirs['fence'] or '0'), tonumber(theirs['request'] or '0')
        if their_fence < fence then return 'ok' end

        -- A flow that ended while this node was away.
        if their_fence == 9007199254740991 then redis.call('DEL', KEYS[1], KEYS[2], KEYS[3]) end

        -- Their journal replaces ours if another owner or another request wrote it.
        if their_request > request or (their_fence > fence and their_request == request) then redis.call('DEL', KEYS[2]) end
        if their_request >= request then
          for i = 4 + fields, #ARGV, 2 do redis.call('HSETNX', KEYS[2], ARGV[i], ARGV[i + 1]) end
        end

        local base = redis.call('HGET', KEYS[1], 'base')
        for name, value in pairs(theirs) do
          local of_request = name == 'request' or name == 'input' or name == 'output' or name == 'build' or name == 'tls'
          if name ~= 'base' and (not of_request or their_request >= request) then
            if their_fence > fence or of_request or redis.call('HEXISTS', KEYS[1], name) == 0 then
              redis.call('HSET', KEYS[1], name, value)
            end
          end
        end

        local their_base = theirs['base']
        if their_base then
          local mine = redis.call('GET', KEYS[3]) or ''
          local united = ARGV[2]
          local start = tonumber(their_base)
          if base then
            local my_end = tonumber(base) + #mine
            local their_end = start + #united
            if tonumber(base) > start and tonumber(base) <= their_end and my_end > their_end then
              united = united .. string.sub(mine, their_end - tonumber(base) + 1)
            elseif tonumber(base) <= start and my_end >= start and my_end > their_end then
              united = string.sub(mine, start - tonumber(base) + 1)
            elseif tonumber(base) > their_end then
              united = nil
            end
          end
          -- Trimming has gone further here than there: keep what is ours.
          if united and their_request >= request then
            redis.call('HSET', KEYS[1], 'base', their_base)
            if united == '' then redis.call('DEL', KEYS[3]) else redis.call('SET', KEYS[3], united) end
          end
        end
        for i = 1, 3 do redis.call('PEXPIRE', KEYS[i], ARGV[1]) end
        return 'ok'
        """;
}
