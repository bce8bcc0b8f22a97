namespace Splice.Store;

/// <summary>
/// Brings a node that was away up to date with what a healthy one exported, while writers are already writing to it again.
/// Never replaces anything newer: the higher fence wins, then the higher request, then entries are united by ordinal and
/// the input by offset.
/// </summary>
/// <remarks>The input comes piece by piece, so between two of them writers come in. Each piece is checked as the whole was: it lies
/// at an absolute offset, carries the fence and the request of the moment in which it was read, and is taken only where it
/// touches what is there. So the log has no hole at any time, what writers append meanwhile stays, and what they trim does not
/// come back. Every answer is ok or newer (than what came), then where the log begins and where it ends, if there is one.</remarks>
internal static class StoreMergeScript
{
    private const string Functions =
        InputPieces.Length + InputPieces.Place + InputPieces.Append + InputPieces.Trim + """
        local function decimal(number) return string.format('%.0f', number) end

        local function answer(verdict, input)
          local base, cut = input_place(input)
          if not base then return {verdict} end
          return {verdict, base, decimal(tonumber(cut or base) + redis.call('STRLEN', input))}
        end

        -- What lies before the log's first byte and ends there or later, within one piece.
        local function prepend_input(input, offset, bytes)
          local base, cut = input_place(input)
          local first, from = tonumber(base), tonumber(offset)
          if from >= first or from + #bytes < first then return end
          bytes = string.sub(bytes, 1, first - from)
          local number, tail = math.floor(from / PIECE), tonumber(cut or base)
          redis.call('HSET', KEYS[1], 'base', offset)
          if math.floor(tail / PIECE) == number then
            redis.call('SET', input, bytes .. (redis.call('GET', input) or ''))
            return
          end
          local pieces = input .. ':pieces'
          if not cut then redis.call('DEL', pieces) end
          redis.call('HSET', pieces, decimal(number), bytes .. (redis.call('HGET', pieces, decimal(number)) or ''))
          redis.call('HSET', KEYS[1], 'tail', decimal(tail))
          redis.call('PEXPIRE', pieces, ARGV[2])
        end

        -- Somebody who has begun a newer request than theirs has trimmed what it does not need.
        local function merge_input(input, offset, bytes, newer)
          if redis.call('HEXISTS', KEYS[1], 'base') == 0 then
            redis.call('SET', input, bytes)
            redis.call('HSET', KEYS[1], 'base', offset)
            return
          end
          if not newer then prepend_input(input, offset, bytes) end
          local base, cut = input_place(input)
          append_input(input, base, cut, offset, bytes, math.huge)
        end

        """;

    /// <summary>KEYS flow, journal, input; ARGV base or nothing, expiry, offset of the tail, the tail, number of flow fields and
    /// values, those, then ordinals and entries in turn.</summary>
    public const string Flow = Functions + """
        local theirs = {}
        local fields = tonumber(ARGV[5])
        for i = 6, 5 + fields, 2 do theirs[ARGV[i]] = ARGV[i + 1] end
        local function ours(name) return tonumber(redis.call('HGET', KEYS[1], name) or '0') end
        local fence, request = ours('fence'), ours('request')
        local their_fence, their_request = tonumber(theirs['fence'] or '0'), tonumber(theirs['request'] or '0')
        if their_fence < fence then return answer('newer', KEYS[3]) end

        -- A flow that ended while this node was away.
        if their_fence == 9007199254740991 then redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[3] .. ':pieces') end

        -- Their journal replaces ours if another owner or another request wrote it.
        if their_request > request or (their_fence > fence and their_request == request) then redis.call('DEL', KEYS[2]) end
        if their_request >= request then
          for i = 6 + fields, #ARGV, 2 do redis.call('HSETNX', KEYS[2], ARGV[i], ARGV[i + 1]) end
        end

        for name, value in pairs(theirs) do
          local of_request = name == 'request' or name == 'input' or name == 'output' or name == 'build' or name == 'tls'
          if name ~= 'base' and name ~= 'tail' and (not of_request or their_request >= request) then
            if their_fence > fence or of_request or redis.call('HEXISTS', KEYS[1], name) == 0 then
              redis.call('HSET', KEYS[1], name, value)
            end
          end
        end

        if ARGV[1] ~= '' then
          -- A log that begins later without a newer request has lost its beginning: ours stays.
          if their_request > request and redis.call('HEXISTS', KEYS[1], 'base') == 1 then
            local base, cut = input_place(KEYS[3])
            trim_input(KEYS[3], base, cut, ARGV[1])
          end
          merge_input(KEYS[3], ARGV[3], ARGV[4], their_request < request)
        end
        for i = 1, 3 do redis.call('PEXPIRE', KEYS[i], ARGV[2]) end
        return answer('ok', KEYS[3])
        """;

    /// <summary>KEYS flow, input; ARGV fence, expiry, request, offset, bytes of one piece.</summary>
    public const string Input = Functions + """
        local place = redis.call('HMGET', KEYS[1], 'fence', 'request', 'base')
        -- Over and forgotten meanwhile, or begun anew: the flow itself comes first.
        if not place[1] or not place[3] then return {'newer'} end
        if tonumber(ARGV[1]) < tonumber(place[1]) then return answer('newer', KEYS[2]) end
        merge_input(KEYS[2], ARGV[4], ARGV[5], tonumber(ARGV[3]) < tonumber(place[2] or '0'))
        redis.call('PEXPIRE', KEYS[2], ARGV[2])
        return answer('ok', KEYS[2])
        """;
}
