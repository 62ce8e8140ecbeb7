using System.Globalization;
using System.Text.Json;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Tables;
using CloudPos.Wire;

namespace CloudPos.Functions.Fleet;

/// <summary>
/// GET /api/feed/{terminal}?cursor=: what changed for a terminal. Four streams are read one after the other:
/// its merchant's, its store's, its own and its merchant's customers'. The cursor is the number reached in
/// each: "m.s.t.c"; one of before there were customers has three. A number
/// beyond the stream's last one comes from a back office that was restored to an earlier state; that stream
/// then begins anew.
/// </summary>
internal sealed class FeedReader(
    TablePort tables, DenyLists denyLists, Policies policies, BackOfficeOptions options)
{
    private const int CursorLengthMax = 64;

    public async Task<Answer> Get(Call call, CancellationToken cancel)
    {
        var identity = call.Terminal.Identity;
        if (call.Route("terminal") != identity.Terminal)
            return Answer.Refuse(ProblemCode.Forbidden, "terminal", "A terminal reads its own feed only.");
        if (!TryParse(call.Query("cursor") ?? "", out var cursor))
            return Answer.Refuse(ProblemCode.Malformed, "cursor", "This is no cursor of this feed.");
        var page = new Page(FeedPage.RowsMax, WireContract.JsonBytesMax);
        (string Table, string Partition)[] streams =
        [
            (TableNames.Merchant, identity.Merchant), (TableNames.Store, identity.Store),
            (TableNames.Terminal, identity.Terminal), (TableNames.Customer, identity.Merchant),
        ];
        for (var index = 0; index < streams.Length; index++)
            cursor[index] = await Read(streams[index], cursor[index], identity, page, cancel);
        var next = string.Join('.', cursor.Select(number => number.ToString(CultureInfo.InvariantCulture)));
        return Answer.Json(
            new FeedPage(next, page.More, page.Rows, options.FeedPauseSeconds), WireJson.Default.FeedPage);
    }

    /// <summary>
    /// Adds the stream's rows behind the number as far as there is room; the number reached.
    /// </summary>
    private async Task<long> Read(
        (string Table, string Partition) stream, long number, TerminalIdentity identity, Page page,
        CancellationToken cancel)
    {
        if (number > await FeedAppend.LastNumber(tables, stream.Table, stream.Partition, cancel))
            number = 0;
        await foreach (
            var (own, json) in FeedAppend.Behind(tables, stream.Table, stream.Partition, number, cancel))
        {
            var row = JsonSerializer.Deserialize(json, WireJson.Default.FeedRow)
                ?? throw new RowShapeException($"Row {own} of the feed of {stream.Partition} is empty.");
            var size = json.Length;
            if (row.Deny is not null)
            {
                row = new FeedRow(Deny: await denyLists.Find(identity.Merchant, cancel));
                size += (row.Deny?.Tags.Count ?? 0) * 13;
            }
            // Each of the three streams may say that the policy changed; a page tells it once.
            var isPolicy = row.Policy is not null || row.Plan is not null;
            if (isPolicy && !page.HasPlan)
            {
                row = new FeedRow(Plan: await policies.PlanOf(identity, cancel));
                size += JsonSerializer.SerializeToUtf8Bytes(row, WireJson.Default.FeedRow).Length;
            }
            if (!(isPolicy && page.HasPlan) && !page.TryAdd(row, size))
                return number;
            number = own;
        }
        return number;
    }

    private static bool TryParse(string text, out long[] cursor)
    {
        cursor = [0, 0, 0, 0];
        if (text.Length == 0)
            return true;
        var parts = text.Split('.');
        if (text.Length > CursorLengthMax || parts.Length is < 3 or > 4)
            return false;
        for (var index = 0; index < parts.Length; index++)
            if (!long.TryParse(
                parts[index], NumberStyles.None, CultureInfo.InvariantCulture, out cursor[index]))
                return false;
        return true;
    }

    /// <summary>
    /// A page being filled. Its first row always fits; behind it the bytes are bounded too.
    /// </summary>
    private sealed class Page(int rowsMax, int bytesMax)
    {
        private int _bytes;

        public List<FeedRow> Rows { get; } = [];

        public bool More { get; private set; }

        public bool HasPlan { get; private set; }

        public bool TryAdd(FeedRow row, int bytes)
        {
            if (Rows.Count == rowsMax || (Rows.Count > 0 && _bytes + bytes > bytesMax))
                More = true;
            else
                Rows.Add(row);
            HasPlan |= row.Plan is not null && !More;
            _bytes += bytes;
            return !More;
        }
    }
}
