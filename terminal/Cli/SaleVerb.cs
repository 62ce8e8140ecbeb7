using System.CommandLine;
using CloudPos.Cards;
using CloudPos.Journal;
using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Reader;
using CloudPos.Terminal.Receipts;

namespace CloudPos.Terminal.Cli;

/// <summary>sale: sells a basket and prints its receipt.</summary>
internal sealed class SaleVerb(VerbHost host)
{
    private readonly Option<string[]> _lines = new("--line")
    {
        Description = "A product by SKU or barcode, and how many: TEA, TEAx3, 4006381333931x2. Repeatable.",
        HelpName = "SKU[xQTY]",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string[]> _pay = new("--pay")
    {
        Description = "cash, cash:AMOUNT (what is handed over, or its share beside a card), card:FILE (a "
            + "card file), or card with --track2 or --tlv. One cash and one card at most; the card pays the "
            + "rest.",
        HelpName = "TENDER",
    };

    private readonly Option<string?> _keep = new("--keep")
    {
        Description = "An attempt that 'attempts' lists pays, under its own id: the issuer is asked once "
            + "more, or a manager keeps it at the shop's risk. --pay cash pays what it leaves.",
        HelpName = "ID",
    };

    private readonly Option<string?> _track2 = new("--track2")
    {
        Description = "The card's stripe as text, from ; to ?.",
        HelpName = "TEXT",
    };

    private readonly Option<string?> _tlv = new("--tlv")
    {
        Description = "What the card's chip gives, as hex.",
        HelpName = "HEX",
    };

    private readonly Option<string> _mode = new("--mode")
    {
        Description = "How the chip of --tlv is read: chip or contactless.",
        HelpName = "MODE",
        DefaultValueFactory = _ => "chip",
    };

    private readonly Option<string?> _email = new("--email")
    {
        Description = "Send the receipt to this address as well.",
        HelpName = "ADDRESS",
    };

    private readonly Option<string?> _tip = new("--tip")
    {
        Description = "A tip on what --pay pays, where tips are switched on.",
        HelpName = "AMOUNT",
    };

    private readonly SaleParts _parts = new(host);

    private readonly ApprovalOptions _approval = new();

    private readonly Option<string?> _customer = new("--customer")
    {
        Description = "Who buys, for points and discount: an id that 'customer find' shows.",
        HelpName = "ID",
    };

    private readonly Option<long> _redeem = new("--redeem")
    {
        Description = "Points of theirs that pay for a discount.",
        HelpName = "POINTS",
    };

    public Command Create()
    {
        var verb = new Verb(
            "sale", "Sell a basket, take what pays for it, and print the receipt.",
            "sale --data till1 --line TEAx2 --line 4006381333948 --pay cash:50.00",
            "sale --data till1 --line MUG --pay card:visa.json --email a@example.com",
            "sale --data till1 --line LAMP --pay cash:10.00 --pay card:visa.json --json",
            "sale --data till1 --line LAMP --pay card:visa.json --manager mia --manager-pin -",
            "sale --data till1 --line MUG --keep 0123456789abcdef0123456789abcdef")
        {
            host.Data, _lines, _pay, _keep, _parts.Option, _parts.RestInCash, _track2, _tlv, _mode, _email,
            _tip, _customer, _redeem,
            host.Cashier, _approval.Approval, _approval.Manager, _approval.ManagerPin,
        };
        verb.SetAction((parse, cancel) => host.OnTerminal(parse, context => Sell(context, parse, cancel)));
        return verb;
    }

    private async Task<VerbResult> Sell(
        TerminalContext context, ParseResult parse, CancellationToken cancel)
    {
        var tenders = new List<TenderText>();
        CardSource? card = null;
        if ((parse.GetValue(_pay) ?? []) is { Length: 0 } && parse.GetValue(_keep) is null)
            return VerbResult.Error(ExitCode.BadInput, "Say what pays for the sale, with --pay.");
        foreach (var text in parse.GetValue(_pay) ?? [])
        {
            var (kind, rest) = text.Split(':', 2) is [var first, var second] ? (first, second) : (text, null);
            if (kind is not ("cash" or "card") || rest is "")
                return VerbResult.Error(
                    ExitCode.BadInput, $"'{text}' is no tender: say cash, cash:AMOUNT, card:FILE or card.");
            tenders.Add(kind == "cash" ? new(TenderKind.Cash, rest) : new(TenderKind.Card, null));
            if (kind == "card" && rest is not null)
                card = CardSource.FromFile(host.PathOf(rest));
        }
        if (TypedCard(parse, ref card) is { } fault)
            return VerbResult.Error(ExitCode.BadInput, fault);
        if (_approval.Read(context, parse, out var order) is { } wrong)
            return wrong;
        // Whoever insists on the issuer waits for him.
        if (tenders.Any(tender => tender.Kind == TenderKind.Card)
            && order.Behaviour != ApprovalBehaviour.RequireOnline)
            context.RecallLine();
        var find = context.Store.FindProduct;
        var items = parse.GetRequiredValue(_lines).Select(line => ItemText.Read(line, find));
        var cashier = CardScrubber.Mask(parse.GetValue(host.Cashier)!);
        Id? customer = null;
        if (parse.GetValue(_customer) is { } buyer)
        {
            if (!Id.TryParse(buyer, out var id))
                return VerbResult.Error(ExitCode.BadInput, "A customer's id is 32 hexadecimal digits.");
            customer = id;
        }
        var request = new SaleRequest([.. items], tenders, card, cashier, parse.GetValue(_email))
        {
            Order = order,
            Customer = customer,
            Redeem = parse.GetValue(_redeem),
            Tip = parse.GetValue(_tip),
        };
        SaleResult result;
        if (parse.GetValue(_keep) is { } kept)
        {
            if (!Id.TryParse(kept, out var payment) || card is not null)
                return VerbResult.Error(
                    ExitCode.BadInput,
                    "--keep takes a payment id that 'attempts' shows, and no card beside.");
            var mayStandIn = order.Approver is not null || context.Store.Staff.Count == 0;
            result = SaleParts.GivenUp(
                context.Sales(), await context.Sales().Keep(payment, request, mayStandIn, cancel));
        }
        else
        {
            result = await _parts.Sell(
                context.Sales(), request, parse.GetValue(_parts.Option) ?? [],
                parse.GetValue(_parts.RestInCash), cancel);
        }
        var told = Tell(context.Store, result);
        // With a printer, the receipt is out when the printer says so, not when it was shown.
        return result.Sale is { } sale && result.Status == SaleStatus.Completed && context.Printing.HasPrinter
            ? (told with { AfterOutput = null }).Beside(
                await context.Printing.AfterSale(sale, CancellationToken.None))
            : told;
    }

    /// <summary>A card on the command line itself; null, or what is wrong with it.</summary>
    private string? TypedCard(ParseResult parse, ref CardSource? card)
    {
        var (track2, tlv, mode) = (parse.GetValue(_track2), parse.GetValue(_tlv), parse.GetValue(_mode));
        var given = (card is null ? 0 : 1) + (track2 is null ? 0 : 1) + (tlv is null ? 0 : 1);
        if (given > 1)
            return "One card pays: a file, --track2 or --tlv.";
        if (mode is not ("chip" or "contactless"))
            return $"'{mode}' is no way to read a chip: say chip or contactless.";
        if (track2 is not null)
            card = CardSource.FromTrack2(track2);
        if (tlv is not null)
            card = CardSource.FromTlv(tlv, mode == "chip" ? EntryMode.Chip : EntryMode.Contactless);
        return null;
    }

    private static VerbResult Tell(TerminalStore store, SaleResult result)
    {
        var code = ExitCodes.Of(result.Status);
        switch (result.Status)
        {
            case SaleStatus.Completed:
                return Completed(store, result);
            case SaleStatus.Refused:
                var decision = result.Decision!;
                var refused = new RefusedBody(
                    decision.Reason, (int)decision.Reason, result.Sentences[0], result.Payment!.Value,
                    decision.Limit, decision.Figure, decision.ManagerMayApprove);
                return VerbResult.Failed(
                    code, new RefusedDocument(refused), CliJson.Default.RefusedDocument,
                    [.. result.Sentences, $"Refused: {refused.Reason} ({refused.Number})."]);
            case SaleStatus.Declined:
                var declined = new DeclinedBody(
                    result.ResponseCode, result.Sentences[0], result.Payment!.Value);
                return VerbResult.Failed(
                    code, new DeclinedDocument(declined), CliJson.Default.DeclinedDocument,
                    [.. result.Sentences, $"Declined by the issuer: {result.ResponseCode ?? "no code"}."]);
            case SaleStatus.PartPaid:
                var part = new PartPaidBody(result.Part!.Amount, result.Left!.Value, result.Payment!.Value);
                return VerbResult.Failed(
                    code, new PartPaidDocument(part), CliJson.Default.PartPaidDocument, result.Sentences);
            case SaleStatus.Unknown:
                return VerbResult.Failed(
                    code, new UnknownDocument(new UnknownBody(result.Payment, result.Sentences)),
                    CliJson.Default.UnknownDocument, result.Sentences);
            default:
                return VerbResult.Error(code, result.Sentences);
        }
    }

    private static VerbResult Completed(TerminalStore store, SaleResult result)
    {
        var (entry, sale) = (result.Entry!, result.Sale!);
        var cash = sale.Tenders.FirstOrDefault(tender => tender.Kind == TenderKind.Cash);
        var document = new SaleDocument(
            sale.Sale, sale.ReceiptNumber, sale.Total, [.. sale.Tenders.Select(DocumentOf)],
            cash is null ? Money.Zero(sale.Total.Currency) : cash.Given - cash.Amount, entry.Header.Number,
            result.Decision, result.Sentences.Count == 0 ? null : result.Sentences)
        {
            Tip = sale.Tip.IsZero ? null : sale.Tip,
        };
        var receipt = SaleReceipt.Text(ReceiptHead.Of(store), entry.Header, sale, isCopy: false);
        return VerbResult.Done(receipt, document, CliJson.Default.SaleDocument) with
        {
            Messages = result.Sentences,
            AfterOutput = () => store.MarkPrinted(sale.Sale),
        };
    }

    private static TenderDocument DocumentOf(Tender tender) => tender.Payment is { } paid
        ? new TenderDocument(
            tender.Kind, tender.Amount, paid.Payment, paid.Approval, paid.Card.LastFour, paid.Card.Scheme,
            paid.AuthorisationCode)
        : new TenderDocument(tender.Kind, tender.Amount, null, null, null, null, null);
}
