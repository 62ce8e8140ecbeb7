using CloudPos.Crypto;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Tables;
using CloudPos.Wire;

namespace CloudPos.Functions.Fleet;

/// <summary>
/// The people of a store, in rows `p.{person}` and the store's feed. A PIN is hashed here and forgotten; it
/// is never told again. Who is withdrawn keeps the row, so that the id is not given to another.
/// </summary>
internal sealed class Staff(TablePort tables, Stores stores, TimeProvider time)
{
    private const string KeyPrefix = "p.";

    /// <summary>PUT /api/backoffice/stores/{store}/staff/{person}: adds or changes; a PIN left out stays.
    /// </summary>
    public async Task<Answer> Put(Call call, CancellationToken cancel)
    {
        if (await Fault(call, cancel) is { } fault)
            return fault;
        if (!call.TryRead(FleetJson.Default.StaffBody, out var body, out var refusal))
            return refusal;
        if (body.Name.Length is 0 or > StaffMember.NameLengthMax || body.Name.Any(char.IsControl))
            return Answer.Refuse(
                ProblemCode.Malformed, "name", $"A name has 1 to {StaffMember.NameLengthMax} characters.");
        if (!Enum.IsDefined(body.Role))
            return Answer.Refuse(ProblemCode.Malformed, "role", "A role is Cashier or Manager.");
        if (body.Pin is not null && !PinHash.IsAllowed(body.Pin))
            return Answer.Refuse(
                ProblemCode.Malformed, "pin",
                $"A PIN has {PinHash.DigitsMin} to {PinHash.DigitsMax} digits, not all the same and no run "
                + "such as 1234.");
        // Hashed once, however often the commit is tried.
        var pin = body.Pin is null ? null : PinHash.Of(body.Pin).RevealText();
        return await Change(
            call.Route("store"), call.Route("person"),
            (person, kept) => new StaffMember(person, body.Name, body.Role, pin ?? kept?.Pin ?? ""), cancel);
    }

    /// <summary>DELETE /api/backoffice/stores/{store}/staff/{person}: works there no more.</summary>
    public async Task<Answer> Withdraw(Call call, CancellationToken cancel) =>
        await Fault(call, cancel) ?? await Change(
            call.Route("store"), call.Route("person"),
            (_, kept) => kept is null ? null : kept with { Pin = "", Withdrawn = true }, cancel);

    /// <summary>GET /api/backoffice/stores/{store}/staff</summary>
    public async Task<Answer> List(Call call, CancellationToken cancel)
    {
        var store = call.Route("store");
        if (!Names.IsStore(store) || await stores.Find(store, cancel) is null)
            return Answer.NotFound("such store");
        var lines = new List<StaffLine>();
        await foreach (var row in Rows(store, cancel))
            lines.Add(LineOf(From(row), row));
        return Answer.Json(lines, FleetJson.Default.IReadOnlyListStaffLine);
    }

    private async Task<Answer?> Fault(Call call, CancellationToken cancel)
    {
        var store = call.Route("store");
        if (!Names.IsStore(store) || await stores.Find(store, cancel) is null)
            return Answer.NotFound("such store");
        return Names.IsStore(call.Route("person"))
            ? null
            : Answer.Refuse(
                ProblemCode.Malformed, "person", "An id is 1 to 16 lower-case letters, digits and hyphens.");
    }

    /// <param name="next">From the id and what is kept; null when there is nobody to change.</param>
    private Task<Answer> Change(
        string store, string person, Func<string, StaffMember?, StaffMember?> next,
        CancellationToken cancel) =>
        Attempts.UntilCommitted<Answer>(async () =>
        {
            var row = await tables.Get(TableNames.Store, store, KeyPrefix + person, cancel)
                ?? new Row(store, KeyPrefix + person);
            var kept = row.ETag is null ? null : From(row);
            if (next(person, kept) is not { } member)
                return Answer.NotFound("such person");
            if (member is { Withdrawn: false, Pin: "" })
                return Answer.Refuse(ProblemCode.Malformed, "pin", "Somebody new needs a PIN.");
            if (kept is null or { Withdrawn: true } && !member.Withdrawn
                && await Count(store, cancel) >= StaffMember.PersonsMax)
                return Answer.Refuse(
                    ProblemCode.TooLarge, "person", $"A store has at most {StaffMember.PersonsMax} people.");
            if (member == kept)
                return Answer.Json(LineOf(member, row), FleetJson.Default.StaffLine);
            Write(row, member, pinChanged: member.Pin != kept?.Pin);
            var feed = await FeedAppend.Begin(tables, TableNames.Store, store, cancel);
            await feed.Add(row, new FeedRow(Staff: member), cancel);
            var change = row.ETag is null ? Tables.Change.Insert(row) : Tables.Change.Replace(row);
            var conflict = await tables.TryCommit(
                TableNames.Store, store, [change, .. feed.Changes], cancel);
            return conflict is null ? Answer.Json(LineOf(member, row), FleetJson.Default.StaffLine) : null;
        });

    private void Write(Row row, StaffMember member, bool pinChanged)
    {
        row["name"] = member.Name;
        row["role"] = (int)member.Role;
        row["pin"] = member.Pin;
        row["withdrawn"] = member.Withdrawn;
        if (pinChanged)
            row["pinAt"] = time.GetUtcNow();
    }

    private async Task<int> Count(string store, CancellationToken cancel)
    {
        var count = 0;
        await foreach (var row in Rows(store, cancel))
            count += row.Flag("withdrawn") ? 0 : 1;
        return count;
    }

    private IAsyncEnumerable<Row> Rows(string store, CancellationToken cancel) =>
        tables.Range(TableNames.Store, store, KeyPrefix, Keys.After(KeyPrefix), cancel);

    private static StaffLine LineOf(StaffMember member, Row row) => new(
        member.Person, member.Name, member.Role, member.Withdrawn, row.TimeOrNull("pinAt"));

    private static StaffMember From(Row row) => new(
        row.Key[KeyPrefix.Length..], row.Text("name"), (StaffRole)row.Number("role"), row.Text("pin"),
        row.Flag("withdrawn"));
}
