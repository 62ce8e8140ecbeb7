using CloudPos.Functions.Hosting;

namespace CloudPos.Functions.Funding;

/// <summary>Fees, bank statements, and where every cent is from the till to the bank.</summary>
internal static class FundingRoom
{
    public static IServiceCollection AddFunding(this IServiceCollection services) => services
        .AddSingleton<FeeTables>()
        .AddSingleton<BankStatements>()
        .AddSingleton<FourWay>()
        .AddSingleton<PaidTwice>()
        .AddSingleton<VoidsSetAside>()
        .AddSingleton<Chargebacks>()
        .AddSingleton<TakenCases>()
        .AddSingleton<CaseFees>()
        .AddSingleton<EvidencePack>()
        .AddSingleton<LedgerExport>();

    public static void MapFunding(this FunctionTable functions)
    {
        const string backOffice = "/api/backoffice";
        const string fees = backOffice + "/merchants/{merchant}/fees";
        var (finance, readers) = (Access.People(Role.Finance), Access.People(Role.Finance, Role.Manager));
        functions.Http<FeeTables>("fees-put", "PUT", fees, finance, tables => tables.Put);
        functions.Http<FeeTables>("fees", "GET", fees, readers, tables => tables.Get);
        functions.Http<BankStatements>(
            "bank-post", "POST", backOffice + "/bank/{merchant}", finance, bank => bank.Post,
            BankStatement.BytesMax);
        functions.Http<BankStatements>(
            "bank-open", "GET", backOffice + "/bank/{merchant}/{currency}", readers, bank => bank.Open);
        const string chargebacks = backOffice + "/chargebacks/{merchant}/{currency}";
        functions.Http<Chargebacks>("chargeback-post", "POST", chargebacks, finance, cases => cases.Post);
        functions.Http<Chargebacks>("chargebacks", "GET", chargebacks, readers, cases => cases.List);
        functions.Http<Chargebacks>(
            "chargeback-reverse", "POST", chargebacks + "/{case}/reversals", finance,
            cases => cases.Reverse);
        functions.Http<TakenCases>(
            "chargeback-taken", "POST", chargebacks + "/{case}/taken", finance, cases => cases.Post);
        functions.Http<CaseFees>(
            "chargeback-fee", "POST", chargebacks + "/{case}/fees", finance, fees => fees.Post);
        functions.Http<EvidencePack>(
            "evidence", "GET", chargebacks + "/{case}/evidence", readers, pack => pack.Get);
        functions.Http<LedgerExport>(
            "accounts-put", "PUT", backOffice + "/merchants/{merchant}/accounts", finance,
            export => export.PutAccounts);
        functions.Http<LedgerExport>(
            "accounts", "GET", backOffice + "/merchants/{merchant}/accounts", readers,
            export => export.GetAccounts);
        functions.Http<LedgerExport>(
            "ledger", "GET", backOffice + "/ledger/{merchant}/{currency}", readers, export => export.Get);
        functions.Http<FourWay>(
            "four-way", "GET", backOffice + "/four-way/{merchant}/{currency}", readers, view => view.Get);
    }
}
