namespace Splice.Store;

/// <summary>
/// How the input log lies in a node. Its end, the tail, is a string that is appended to in place; whatever a script does with a
/// string as long as the log would keep everybody waiting, so the tail ends where a piece does (at the absolute offsets that
/// divide by <see cref="Bytes"/>), and is then put away whole as a field of a hash. A log within one piece is its tail alone.
/// </summary>
/// <remarks>
/// <para>The log has no holes: base, pieces, tail. Every script leaves it so, whatever ran before, since a script runs alone; so a
/// log that begins later than another node's is one that lacks its beginning, never its middle.</para>
/// <para>The hash is named after the tail, so that an append, which seldom needs it, need not name it: scripts get the tail's key
/// and add <c>:pieces</c>. Nodes are no cluster, where a script must be told each key.</para>
/// </remarks>
internal static class InputPieces
{
    /// <summary>Long enough that a large upload makes few, short enough that to copy one goes unnoticed.</summary>
    public const int Bytes = 1024 * 1024;

    private const string PieceBytes = "1048576";

    public const string Length = $$"""
        local PIECE = {{PieceBytes}}

        """;

    /// <summary>What a script says first that writes the input, all with one look at the hash: an older fence is refused, a newer
    /// one stored. KEYS[1] is the flow hash and ARGV[1] the fence.</summary>
    public const string CheckFence = Length + """
        local own = redis.call('HMGET', KEYS[1], 'fence', 'base', 'tail', 'request')
        local stored, base, cut, request = own[1] or '0', own[2], own[3], own[4] or '0'
        if tonumber(ARGV[1]) < tonumber(stored) then return 'fence:' .. stored end
        if ARGV[1] ~= stored then redis.call('HSET', KEYS[1], 'fence', ARGV[1]) end

        """;

    /// <summary>Where the log begins and, if pieces precede the tail, where that does. A node that is short of memory evicts one key
    /// and not the others: without its pieces the log begins at its tail.</summary>
    public const string Place = """
        local function input_place(input)
          local place = redis.call('HMGET', KEYS[1], 'base', 'tail')
          if place[2] and redis.call('EXISTS', input .. ':pieces') == 0 then
            redis.call('HSET', KEYS[1], 'base', place[2])
            redis.call('HDEL', KEYS[1], 'tail')
            return place[2], false
          end
          return place[1], place[2]
        end

        """;

    /// <summary>The bytes from an offset on, to the end of their piece or, in the tail, of the log. Needs <see cref="Length"/> and
    /// <see cref="Place"/>.</summary>
    public const string Read = """
        local function read_input(input, offset)
          local base, cut = input_place(input)
          if not base then return {} end
          local from = math.max(tonumber(offset), tonumber(base))
          local bytes
          if cut and from < tonumber(cut) then
            local number = math.floor(from / PIECE)
            bytes = redis.call('HGET', input .. ':pieces', string.format('%.0f', number)) or ''
            bytes = string.sub(bytes, from - math.max(tonumber(base), number * PIECE) + 1)
          else
            bytes = redis.call('GETRANGE', input, string.format('%.0f', from - tonumber(cut or base)), -1)
          end
          local owner = redis.call('HMGET', KEYS[1], 'fence', 'request', 'build')
          return {base, bytes, owner[1] or '0', owner[2] or '0', owner[3] or ''}
        end

        """;

    /// <summary>One function: to make one takes a tenth of the time of an append. ARGV[2] is the expiry.</summary>
    public const string Append = """
        local function append_input(input, base, cut, offset, bytes, max)
          local length = redis.call('STRLEN', input)
          if not base then
            base = offset
            redis.call('HSET', KEYS[1], 'base', base)
            -- What is there already was left behind when the hash was evicted, as pieces may be.
            if length > 0 then redis.call('DEL', input); length = 0 end
          end
          if cut and redis.call('PEXPIRE', input .. ':pieces', ARGV[2]) == 0 then
            -- Evicted as well: the log begins at its tail, and who refills this node gives it the rest.
            redis.call('HSET', KEYS[1], 'base', cut)
            redis.call('HDEL', KEYS[1], 'tail')
            return 'gap'
          end
          local tail = tonumber(cut or base)
          local at = tonumber(offset) - tail
          if at > length then return 'gap' end
          if at < 0 then bytes = string.sub(bytes, 1 - at); at = 0 end
          if #bytes == 0 then return 'ok' end
          if tail + at + #bytes - tonumber(base) > tonumber(max) then return 'full' end
          local room = PIECE - tail % PIECE
          if at + #bytes <= room then
            redis.call('SETRANGE', input, string.format('%.0f', at), bytes)
            return 'ok'
          end

          -- The piece becomes full and is put away; what is left over is the tail.
          local pieces = input .. ':pieces'
          if not cut then redis.call('DEL', pieces) end
          repeat
            local piece = string.sub(bytes, 1, room - at)
            if at > 0 then
              redis.call('SETRANGE', input, string.format('%.0f', at), piece)
              piece = redis.call('GET', input)
            end
            redis.call('HSET', pieces, string.format('%.0f', math.floor(tail / PIECE)), piece)
            bytes = string.sub(bytes, room - at + 1)
            tail, at, room = tail + room, 0, PIECE
          until #bytes <= PIECE
          redis.call('SET', input, bytes)
          redis.call('HSET', KEYS[1], 'tail', string.format('%.0f', tail))
          redis.call('PEXPIRE', pieces, ARGV[2])
          return 'ok'
        end

        """;

    public const string Trim = """
        local function trim_input(input, base, cut, offset)
          if base and tonumber(offset) <= tonumber(base) then return end
          redis.call('HSET', KEYS[1], 'base', offset)
          if not base then
            redis.call('DEL', input)
            return
          end
          local from, tail = tonumber(offset), tonumber(cut or base)
          if from >= tail then
            if cut then
              redis.call('DEL', input .. ':pieces')
              redis.call('HDEL', KEYS[1], 'tail')
            end
            local rest = redis.call('GETRANGE', input, string.format('%.0f', from - tail), -1)
            if rest == '' then redis.call('DEL', input) else redis.call('SET', input, rest) end
            return
          end

          -- It begins in one of the pieces.
          local pieces, number = input .. ':pieces', math.floor(from / PIECE)
          for before = math.floor(tonumber(base) / PIECE), number - 1 do
            redis.call('HDEL', pieces, string.format('%.0f', before))
          end
          local first = math.max(tonumber(base), number * PIECE)
          local piece = from > first and redis.call('HGET', pieces, string.format('%.0f', number))
          if piece then
            redis.call('HSET', pieces, string.format('%.0f', number), string.sub(piece, from - first + 1))
          end
        end

        """;
}
