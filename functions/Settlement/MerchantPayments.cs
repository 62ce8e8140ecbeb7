using CloudPos.Functions.Fleet;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Settlement;

/// <summary>Reads the terminals and payments of a merchant.</summary>
internal sealed class MerchantPayments(TablePort tables, Register register, Terminals terminals)
{
    public async Task<IReadOnlyList<TerminalIdentity>> TerminalsOf(string merchant, CancellationToken cancel)
    {
        var found = new List<TerminalIdentity>();
        foreach (var id in await register.List(Register.TerminalsOf(merchant), cancel))
            if (await terminals.Find(id, cancel) is { } terminal && terminal.Merchant == merchant)
                found.Add(terminal);
        return found;
    }

    public async Task<IReadOnlyList<PaymentRow>> Of(string merchant, CancellationToken cancel)
    {
        var found = new List<PaymentRow>();
        foreach (var terminal in await TerminalsOf(merchant, cancel))
            await foreach (var row in tables.Range(
                TableNames.Terminal, terminal.Terminal, PaymentRowCodec.KeyPrefix,
                Keys.After(PaymentRowCodec.KeyPrefix), cancel))
                if (PaymentRowCodec.From(row) is { Facts: not null } payment)
                    found.Add(payment);
        return found;
    }
}
