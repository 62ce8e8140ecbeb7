using System.Text.Json;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Tables;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Functions.Customers;

/// <summary>
/// What entries do to customers' data. Data move from beside the entry to the customer's row, the one place
/// where they lie from then on, so that erasing that row erases them.
/// </summary>
internal sealed class CustomerRecords(TablePort tables, CustomerPoints points)
{
    /// <returns>Why it cannot be applied, or null.</returns>
    public async Task<string?> Write(
        PointsEntry entry, CustomerWritten written, IReadOnlyList<StoredAttachment> beside,
        CancellationToken cancel)
    {
        var attachment = beside.FirstOrDefault(one => one.Content.Kind == AttachmentKind.Customer);
        if (attachment is null)
            return (await points.Find(entry.Merchant, written.Customer, cancel)).Row.ETag is null
                ? "the customer's data do not lie beside the entry"
                : null;
        if (attachment.Content.Digest != written.DataDigest)
            return "the data beside the entry are not those that it names";
        if (Read(attachment.Content) is not { } data || data.Fault() is not null)
            return "the customer's data are not readable";
        await Attempts.UntilCommitted(async () =>
        {
            var customer = await points.Find(entry.Merchant, written.Customer, cancel);
            // Data that lost to later ones are counted as seen too: until then their terminal keeps its own.
            if (!customer.Write(data, entry.Moment) && customer.HasApplied(entry.Journal, entry.Number))
                return true;
            customer.AppliedThrough(entry.Journal, entry.Number);
            return await points.Write(entry.Merchant, [customer], [], cancel);
        });
        await DropAttachment(entry, attachment, cancel);
        return null;
    }

    /// <summary>With what was merged: who asks to be forgotten is one person, however many records.</summary>
    public async Task Erase(PointsEntry? entry, string merchant, Id id, CancellationToken cancel)
    {
        foreach (var other in await MergedWith(merchant, id, cancel))
            await EraseOne(null, merchant, other, cancel);
        await EraseOne(entry, merchant, id, cancel);
    }

    private async Task<IReadOnlyList<Id>> MergedWith(string merchant, Id id, CancellationToken cancel)
    {
        var merged = new Dictionary<Id, Id>();
        var (from, to) = CustomerRow.AllKeys;
        await foreach (var row in tables.Range(TableNames.Customer, merchant, from, to, cancel))
            if (new CustomerRow(row) is { MergedInto: { } into } one)
                merged[one.Id] = into;
        var holder = HolderOf(id);
        return [.. merged.Keys.Append(holder).Where(one => one != id && HolderOf(one) == holder).Distinct()];

        Id HolderOf(Id one)
        {
            for (var step = 0; step < CustomerPoints.MergesMax; step++)
                one = merged.GetValueOrDefault(one, one);
            return one;
        }
    }

    private Task EraseOne(PointsEntry? entry, string merchant, Id id, CancellationToken cancel) =>
        Attempts.UntilCommitted(async () =>
        {
            var customer = await points.Find(merchant, id, cancel);
            if (customer.IsErased)
                return true;
            customer.Erase();
            if (entry is not null)
                customer.AppliedThrough(entry.Journal, entry.Number);
            return await points.Write(merchant, [customer], [], cancel);
        });

    /// <summary>Gone already, by another run, is as good.</summary>
    private async Task DropAttachment(PointsEntry entry, StoredAttachment beside, CancellationToken cancel)
    {
        var conflict = await tables.TryCommit(
            TableNames.Terminal, entry.Journal.Terminal,
            [Change.Delete(entry.Journal.Terminal, beside.Key, beside.ETag)], cancel);
        if (conflict is { Reason: ConflictReason.Changed })
            throw new RowShapeException($"Attachment {beside.Key} changed, which nothing does.");
    }

    private static CustomerData? Read(Attachment attachment)
    {
        try
        {
            return JsonSerializer.Deserialize(attachment.Content.Span, WireJson.Default.CustomerData);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
