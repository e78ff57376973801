/** What a phone has no column for stands in the first ones instead. */
export const onWideScreens = { display: { xs: 'none', sm: 'table-cell' } }
export const onPhones = { display: { xs: 'block', sm: 'none' }, color: 'text.secondary' }
