namespace Splice.Store;

/// <summary>
/// The Lua each write runs on each node: one round trip, all keys of the flow changed together or not at all, whatever piece of
/// the input they lie in (<see cref="InputPieces"/>). Numbers are decimal strings; Lua computes with doubles, so fences and offsets
/// stay below 2^53 (9 PB per flow).
/// Every answer is ok, or what was asked for with the write, or fence:N (an older fence, refused), gap (the node missed an earlier
/// write) or full.
/// </summary>
internal static class StoreScripts
{
    // KEYS[1] is the flow hash and ARGV[1] the fence everywhere. A flow that is over carries the highest fence of all.
    private const string CheckFence = """
        local stored = redis.call('HGET', KEYS[1], 'fence') or '0'
        if tonumber(ARGV[1]) < tonumber(stored) then return 'fence:' .. stored end
        if ARGV[1] ~= stored then redis.call('HSET', KEYS[1], 'fence', ARGV[1]) end

        """;

    /// <summary>Entries are only of the current request. ARGV[3] is theirs.</summary>
    private const string CheckRequest = """
        local request = tonumber(redis.call('HGET', KEYS[1], 'request') or '0')
        if tonumber(ARGV[3]) < request then return 'ok' end
        if tonumber(ARGV[3]) > request then return 'gap' end

        """;

    /// <summary>KEYS flow, input; ARGV fence, expiry, fence and raiser, and perhaps an offset, with which it answers as
    /// <see cref="ReadInput"/>. A fence is one raiser's: of two who want the same, one is refused.</summary>
    public const string RaiseFence = """
        local own = redis.call('HMGET', KEYS[1], 'fence', 'raiser')
        local stored = own[1] or '0'
        if tonumber(ARGV[1]) < tonumber(stored) or (ARGV[1] == stored and ARGV[3] ~= own[2]) then return 'fence:' .. stored end
        redis.call('HSET', KEYS[1], 'fence', ARGV[1], 'raiser', ARGV[3])
        redis.call('PEXPIRE', KEYS[1], ARGV[2])
        if not ARGV[4] then return 'ok' end

        """ + InputPieces.Length + InputPieces.Place + InputPieces.Read + """
        return read_input(KEYS[2], ARGV[4])
        """;

    /// <summary>KEYS flow, input; ARGV fence, expiry, record, input offset, input bytes, input bytes max, channel, message.</summary>
    public const string Commit = InputPieces.CheckFence + InputPieces.Append + """
        redis.call('HSET', KEYS[1], 'record', ARGV[3])
        local answer = append_input(KEYS[2], base, cut, ARGV[4], ARGV[5], ARGV[6])
        redis.call('PEXPIRE', KEYS[1], ARGV[2])
        redis.call('PEXPIRE', KEYS[2], ARGV[2])
        redis.call('PUBLISH', ARGV[7], ARGV[8])
        return answer
        """;

    /// <summary>KEYS flow, input; ARGV fence, expiry, input offset, input bytes, input bytes max, and if the bytes begin a
    /// request of a flow without a journal: request, its input offset, its output offset.</summary>
    public const string AppendInput = InputPieces.CheckFence + """
        local begins = ARGV[6] and tonumber(ARGV[6]) > tonumber(request)
        if begins and ARGV[3] == ARGV[7] and #ARGV[4] <= tonumber(ARGV[5]) then
          -- Nothing before these bytes is needed any more.
          redis.call('HSET', KEYS[1], 'request', ARGV[6], 'input', ARGV[7], 'output', ARGV[8], 'base', ARGV[3])
          if cut then
            redis.call('DEL', KEYS[2] .. ':pieces')
            redis.call('HDEL', KEYS[1], 'tail')
          end
          if tonumber(ARGV[3]) % PIECE + #ARGV[4] <= PIECE then
            redis.call('SET', KEYS[2], ARGV[4], 'PX', ARGV[2])
            redis.call('PEXPIRE', KEYS[1], ARGV[2])
            return 'ok'
          end
          redis.call('DEL', KEYS[2])
          begins, base, cut = false, ARGV[3], false
        end

        """ + InputPieces.Append + """
        local answer = append_input(KEYS[2], base, cut, ARGV[3], ARGV[4], ARGV[5])
        if begins then
          redis.call('HSET', KEYS[1], 'request', ARGV[6], 'input', ARGV[7], 'output', ARGV[8])
          own = redis.call('HMGET', KEYS[1], 'base', 'tail')

        """ + InputPieces.Trim + """
          trim_input(KEYS[2], own[1], own[2], ARGV[7])
        end
        redis.call('PEXPIRE', KEYS[1], ARGV[2])
        redis.call('PEXPIRE', KEYS[2], ARGV[2])
        return answer
        """;

    /// <summary>KEYS flow; ARGV fence, expiry, offset of the client's FIN.</summary>
    public const string EndInput = CheckFence + """
        redis.call('HSET', KEYS[1], 'fin', ARGV[3])
        redis.call('PEXPIRE', KEYS[1], ARGV[2])
        return 'ok'
        """;

    /// <summary>KEYS flow, journal, input; ARGV fence, expiry, request, input offset, output offset, build, TLS position or
    /// nothing, then ordinal and entry in turn.</summary>
    public const string BeginRequest = InputPieces.CheckFence + InputPieces.Trim + """
        if tonumber(ARGV[3]) < tonumber(request) then return 'ok' end
        if tonumber(ARGV[3]) > tonumber(request) then
          redis.call('DEL', KEYS[2])
          redis.call('HSET', KEYS[1], 'request', ARGV[3], 'input', ARGV[4], 'output', ARGV[5], 'build', ARGV[6])
          if ARGV[7] ~= '' then redis.call('HSET', KEYS[1], 'tls', ARGV[7]) end
          trim_input(KEYS[3], base, cut, ARGV[4])
        elseif ARGV[6] ~= '' then
          redis.call('HSET', KEYS[1], 'build', ARGV[6])
        end
        for i = 8, #ARGV, 2 do redis.call('HSETNX', KEYS[2], ARGV[i], ARGV[i + 1]) end
        redis.call('PEXPIRE', KEYS[1], ARGV[2])
        redis.call('PEXPIRE', KEYS[2], ARGV[2])
        redis.call('PEXPIRE', KEYS[3], ARGV[2])
        if cut then redis.call('PEXPIRE', KEYS[3] .. ':pieces', ARGV[2]) end
        return 'ok'
        """;

    /// <summary>KEYS flow, journal; ARGV fence, expiry, request, then ordinal and entry in turn.</summary>
    public const string AppendEntries = CheckFence + CheckRequest + """
        for i = 4, #ARGV, 2 do redis.call('HSETNX', KEYS[2], ARGV[i], ARGV[i + 1]) end
        redis.call('PEXPIRE', KEYS[1], ARGV[2])
        redis.call('PEXPIRE', KEYS[2], ARGV[2])
        return 'ok'
        """;

    /// <summary>KEYS flow, journal; ARGV fence, expiry, request, output offset, channel, message, then ordinal and entry in turn.</summary>
    public const string Complete = CheckFence + """
        if #ARGV > 6 then

        """ + CheckRequest + """
          for i = 7, #ARGV, 2 do redis.call('HSETNX', KEYS[2], ARGV[i], ARGV[i + 1]) end
          redis.call('PEXPIRE', KEYS[2], ARGV[2])
        end
        redis.call('HSET', KEYS[1], 'complete', ARGV[4])
        redis.call('PEXPIRE', KEYS[1], ARGV[2])
        redis.call('PUBLISH', ARGV[5], ARGV[6])
        return 'ok'
        """;

    /// <summary>KEYS flow; ARGV fence, expiry, channel, message.</summary>
    public const string Cut = CheckFence + """
        redis.call('PUBLISH', ARGV[3], ARGV[4])
        return 'ok'
        """;

    /// <summary>KEYS flow, journal, input; ARGV fence, expiry.</summary>
    public const string Renew = """
        local stored = redis.call('HGET', KEYS[1], 'fence')
        if not stored then return 'gap' end
        if tonumber(ARGV[1]) < tonumber(stored) then return 'fence:' .. stored end
        for _, key in ipairs({KEYS[1], KEYS[2], KEYS[3], KEYS[3] .. ':pieces'}) do redis.call('PEXPIRE', key, ARGV[2]) end
        return 'ok'
        """;

    /// <summary>KEYS flow, journal, input; ARGV fence, tombstone expiry, highest fence, channel, message.
    /// A tombstone stays for a while, so that a late write does not raise the flow from the dead.</summary>
    public const string Remove = """
        local stored = redis.call('HGET', KEYS[1], 'fence') or '0'
        if stored == ARGV[3] then return 'ok' end
        if tonumber(ARGV[1]) < tonumber(stored) then return 'fence:' .. stored end
        redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[3] .. ':pieces')
        redis.call('HSET', KEYS[1], 'fence', ARGV[3])
        redis.call('PEXPIRE', KEYS[1], ARGV[2])
        redis.call('PUBLISH', ARGV[4], ARGV[5])
        return 'ok'
        """;

    /// <summary>KEYS flow, journal, input.</summary>
    public const string Forget = """
        redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[3] .. ':pieces')
        return 'ok'
        """;

    /// <summary>KEYS flow, input; ARGV from offset. Answers base and the bytes from there on to the end of their piece or, in the
    /// tail, of the log; then fence, request and build. Or nothing.</summary>
    public const string ReadInput = InputPieces.Length + InputPieces.Place + InputPieces.Read + """
        return read_input(KEYS[2], ARGV[1])
        """;

    /// <summary>KEYS flow, input. Answers where the log ends, and the offset of the client's FIN if that is known. Or nothing.</summary>
    public const string ReadInputEnd = InputPieces.Place + """
        local base, cut = input_place(KEYS[2])
        if not base then return {} end
        return {string.format('%.0f', tonumber(cut or base) + redis.call('STRLEN', KEYS[2])), redis.call('HGET', KEYS[1], 'fin')}
        """;

    /// <summary>What a healthy node has, but for the pieces of the input: hash, journal, expiry, base, where the tail begins, and
    /// the tail, taken together. KEYS flow, journal, input.</summary>
    public const string Export = InputPieces.Place + """
        local base, cut = input_place(KEYS[3])
        return {redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[2]), redis.call('PTTL', KEYS[1]),
                base or '', cut or base or '', redis.call('GET', KEYS[3]) or ''}
        """;
}
