using CloudPos.Functions.Hosting;

namespace CloudPos.Functions.Journals;

/// <summary>Takes journals in and applies them.</summary>
internal static class JournalsRoom
{
    public static IServiceCollection AddJournals(this IServiceCollection services) => services
        .AddSingleton<JournalHeads>()
        .AddSingleton<StoredEntries>()
        .AddSingleton<Branches>()
        .AddSingleton<StoreSegment>()
        .AddSingleton<ApplyOwed>()
        .AddSingleton<JournalAdmin>();

    public static void MapJournals(this FunctionTable functions)
    {
        const string journal = "/api/journal/{terminal}/{epoch}";
        const string journals = "/api/backoffice/journals/{terminal}";
        var all = Access.People(Role.Manager, Role.Finance, Role.Support);
        functions.Http<StoreSegment>(
            "journal-post", "POST", journal, Access.TerminalAppend, store => store.Store,
            StoreSegment.BodyBytesMax);
        functions.Http<StoreSegment>(
            "journal-get", "GET", journal, Access.TerminalAppend, store => store.Acknowledge);
        functions.Http<JournalAdmin>("journals", "GET", journals, all, admin => admin.List);
        functions.Http<JournalAdmin>(
            "journal-release", "POST", journals + "/{epoch}/release", Access.People(Role.Manager),
            admin => admin.Release);
    }
}
