using CloudPos.Functions.Hosting;
using CloudPos.Wire;

namespace CloudPos.Functions.Journals;

/// <summary>Takes journals in and applies them.</summary>
internal static class JournalsRoom
{
    public static IServiceCollection AddJournals(this IServiceCollection services) => services
        .AddSingleton<JournalHeads>()
        .AddSingleton<StoredEntries>()
        .AddSingleton<Branches>()
        .AddSingleton<StoreSegment>()
        .AddSingleton<SealedJournals>()
        .AddSingleton<ApplyOwed>()
        .AddSingleton<ApplyJournal>()
        .AddSingleton<ApplyEntry>()
        .AddSingleton<SaleEffects>()
        .AddSingleton<ShopEffects>()
        .AddSingleton<SaleInvoices>()
        .AddSingleton<Refunds>()
        .AddSingleton<SaleLookup>()
        .AddSingleton<ReceiptOwed>()
        .AddSingleton<SetAsides>()
        .AddSingleton<BranchDecisions>()
        .AddSingleton<JournalGaps>()
        .AddSingleton<JournalDamages>()
        .AddSingleton<ClosedEpochs>()
        .AddSingleton<JournalNotes>()
        .AddSingleton<JournalAdmin>();

    public static void MapJournals(this FunctionTable functions)
    {
        const string journal = "/api/journal/{terminal}/{epoch}";
        const string journals = "/api/backoffice/journals/{terminal}";
        const string branch = journals + "/{epoch}/branches/{branch}";
        const string setAside = "/api/backoffice/set-aside";
        var all = Access.People(Role.Manager, Role.Finance, Role.Support);
        functions.Http<StoreSegment>(
            "journal-post", "POST", journal, Access.TerminalAppend, store => store.Store,
            StoreSegment.BodyBytesMax);
        functions.Http<StoreSegment>(
            "journal-get", "GET", journal, Access.TerminalAppend, store => store.Acknowledge);
        functions.Http<JournalGaps>(
            "journal-gap", "POST", journal + "/gap", Access.TerminalAppend, gaps => gaps.Declare);
        functions.Http<JournalDamages>(
            "journal-damage", "POST", journal + "/damage", Access.TerminalAppend, damages => damages.Report);
        functions.Http<Refunds>("refunds", "POST", WireContract.RefundsPath, Access.Terminal, desk =>
            desk.Post);
        functions.Http<SaleLookup>(
            "sale", "GET", WireContract.SalePath("{receipt}"), Access.Terminal, lookup => lookup.Get);
        functions.Http<SealedJournals>(
            "journal-sealed", "POST", WireContract.SealedJournalPath,
            Access.People(Role.Manager, Role.Support), files => files.Take, SealedJournals.BodyBytesMax);
        functions.Http<JournalAdmin>("journals", "GET", journals, all, admin => admin.List);
        functions.Http<JournalAdmin>(
            "unaccounted", "GET", "/api/backoffice/unaccounted", all, admin => admin.Unaccounted);
        functions.Http<BranchDecisions>(
            "branch-adopt", "POST", branch + "/adopt", Access.People(Role.Manager),
            branches => branches.Adopt);
        functions.Http<BranchDecisions>(
            "branch-reject", "POST", branch + "/reject", Access.People(Role.Manager),
            branches => branches.Reject);
        functions.Http<ClosedEpochs>(
            "journal-write-off", "POST", journals + "/{epoch}/write-off", Access.People(Role.Manager),
            closed => closed.WriteOff);
        functions.Http<JournalAdmin>(
            "journal-release", "POST", journals + "/{epoch}/release", Access.People(Role.Manager),
            admin => admin.Release);
        functions.Http<SetAsides>("set-aside", "GET", setAside, all, asides => asides.List);
        functions.Http<SetAsides>(
            "set-aside-retry", "POST", setAside + "/{terminal}/{epoch}/{number}/retry",
            Access.People(Role.Manager, Role.Support), asides => asides.Retry);
        functions.Queue<ApplyJournal>(ApplyOwed.Kind, 8, apply => apply.Run);
    }
}
